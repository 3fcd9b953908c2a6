/** How a program ended, from what its process 1 told and from its last words. Pure. */
import { constants } from "node:os";
import type { JobEnd } from "./sandbox.ts";
import type { RunEnd } from "./spawner-port.ts";

/** What the last line of standard error is judged by; more of it need not be kept. */
export const lastWordsBytes = 4096;

/** `began` and `now`: CLOCK_MONOTONIC in ns, at the program's first line and when its end was heard of. */
export function jobEnd(end: RunEnd, lastWords: string, began: bigint, now: bigint): JobEnd {
  const isKilled = end.exitCode === null && end.signal === null;
  const signal = isKilled ? constants.signals.SIGKILL : end.signal;
  const ended = end.endedAtNs === null ? now : BigInt(end.endedAtNs);
  return {
    exitCode: end.exitCode,
    signal: signal === null ? null : (signalNames.get(signal) ?? `signal ${signal}`),
    outOfMemory: end.outOfMemory || (end.exitCode !== 0 && endsInMemoryError(lastWords)),
    outOfProcesses: end.outOfProcesses || (end.exitCode !== 0 && endsForLackOfProcesses(lastWords)),
    fullDisk: end.fullDisk,
    wallMs: Math.max(0, Number(ended - began) / 1e6),
    cpuMs: end.cpuMs,
    peakBytes: end.peakBytes,
  };
}

const signalNames: ReadonlyMap<number, string> = new Map(
  // Aliases (SIGIOT for SIGABRT, SIGPOLL for SIGIO) come after their better-known names only if reversed.
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name]),
);

/** For hosts without control groups, which count what was refused. */
function endsForLackOfProcesses(lastWords: string): boolean {
  const lastLine = lastWords.trimEnd().split("\n").at(-1) ?? "";
  return /^(RuntimeError: can't start new thread|BlockingIOError: \[Errno 11\].*)\s*$/.test(lastLine);
}

/** "MemoryError", "numpy.core._exceptions._ArrayMemoryError: Unable to allocate …" as a traceback's last line. */
function endsInMemoryError(lastWords: string): boolean {
  const lastLine = lastWords.trimEnd().split("\n").at(-1) ?? "";
  return /^(?:[\w.]+\.)?\w*MemoryError(?::.*)?$/.test(lastLine.trimEnd());
}
