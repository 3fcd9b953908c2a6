/** How a program ended, from bubblewrap's status, the supervisor's notes and its last words. Pure. */
import { constants } from "node:os";
import type { JobEnd } from "./sandbox.ts";
import type { Notes } from "./notes.ts";
import type { SpawnEnd } from "./spawner.ts";

/** What the last line of standard error is judged by; more of it need not be kept. */
export const lastWordsBytes = 4096;

export function jobEnd(end: SpawnEnd, notes: Notes, lastWords: string, wallMs: number): JobEnd {
  const { exitCode, signal } = exitOf(end, notes);
  return {
    exitCode,
    signal,
    outOfMemory: end.outOfMemory || (exitCode !== 0 && endsInMemoryError(lastWords)),
    outOfProcesses: false,
    fullDisk: null,
    wallMs,
    cpuMs: end.cpuMs,
    peakBytes: end.peakBytes,
  };
}

/**
 * bubblewrap reports 128 + n for a program that ended by signal n. Python's regular end leaves a note, so `sys.exit(137)`
 * is an exit and a kill is a kill; only `os._exit(137)`, which skips every end, reads as the signal.
 */
function exitOf(end: SpawnEnd, notes: Notes): Pick<JobEnd, "exitCode" | "signal"> {
  const bySignal = (number: number) => ({
    exitCode: null,
    signal: signalNames.get(number) ?? `signal ${number}`,
  });
  if (end.exitCode === null) return bySignal(end.signal ?? constants.signals.SIGKILL);
  const number = end.exitCode - 128;
  const isReal =
    notes.end === "exit" || (notes.end === "keyboard-interrupt" && number !== constants.signals.SIGINT);
  if (isReal || !signalNames.has(number)) return { exitCode: end.exitCode, signal: null };
  return bySignal(number);
}

const signalNames: ReadonlyMap<number, string> = new Map(
  // Aliases (SIGIOT for SIGABRT, SIGPOLL for SIGIO) come after their better-known names only if reversed.
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name]),
);

/** "MemoryError", "numpy.core._exceptions._ArrayMemoryError: Unable to allocate …" as a traceback's last line. */
function endsInMemoryError(lastWords: string): boolean {
  const lastLine = lastWords.trimEnd().split("\n").at(-1) ?? "";
  return /^(?:[\w.]+\.)?\w*MemoryError(?::.*)?$/.test(lastLine);
}
