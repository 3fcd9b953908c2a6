/** Why a run ended, as a state and in words: from how the program ended and the last thing it wrote to standard error. */
import type { RunState } from "../../contract/runs.ts";
import type { JobEnd } from "../sandbox/sandbox.ts";

export interface Ending {
  readonly end: JobEnd;
  /** What the server itself did to end it, if anything. */
  readonly cut: "timed-out" | "stopped" | "shutting-down" | "repeating" | null;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  /** Processes and threads together that it may have, and bytes in its directories. */
  readonly processLimit: number;
  readonly diskBytes: number;
  readonly fileName: string;
  /** The end of standard error, a few KiB. */
  readonly stderrTail: string;
}

export function explainEnd(ending: Ending): { readonly state: RunState; readonly reason: string } {
  const { end, cut } = ending;
  if (cut === "timed-out")
    return { state: "timed-out", reason: `timed out after ${seconds(ending.timeoutMs)}${at(ending)}` };
  if (cut === "stopped") return { state: "stopped", reason: `stopped by you${at(ending)}` };
  if (cut === "repeating")
    return {
      state: "stopped",
      reason: `stopped because it sent the same request again and again${at(ending)}`,
    };
  if (cut === "shutting-down") return { state: "lost", reason: "lost because the server shut down" };
  if (end.outOfMemory) {
    return {
      state: "out-of-memory",
      reason: `out of memory: it may use ${Math.round(ending.memoryBytes / 2 ** 20)} MiB${at(ending)}`,
    };
  }
  if (end.exitCode === 0) return { state: "finished", reason: "finished" };
  return { state: "failed", reason: `${failure(ending)}${shortage(ending)}` };
}

/** What the program had run out of when it failed: often the cause behind an error that does not name it. */
function shortage({ end, processLimit, diskBytes }: Ending): string {
  const processes = end.outOfProcesses
    ? `; it had as many processes and threads as it may (${processLimit})`
    : "";
  const disk =
    end.fullDisk === null ? "" : `; ${end.fullDisk} was full (${Math.round(diskBytes / 2 ** 20)} MiB)`;
  return processes + disk;
}

function failure(ending: Ending): string {
  const raised = lastTraceback(ending);
  if (raised !== null && ending.end.exitCode === 1) {
    return raised.line === null
      ? `failed: ${raised.error}`
      : `failed at line ${raised.line}: ${raised.error}`;
  }
  if (ending.end.signal !== null) return `ended by ${ending.end.signal}${signals[ending.end.signal] ?? ""}`;
  return `exited with code ${ending.end.exitCode ?? "unknown"}`;
}

const signals: Readonly<Record<string, string>> = {
  SIGSEGV: " (a crash in native code)",
  SIGABRT: " (the program aborted itself)",
  SIGXCPU: " (it used up its CPU time)",
  SIGXFSZ: " (a file grew too large)",
  SIGSYS: " (a system call that the sandbox does not allow)",
};

function at(ending: Ending): string {
  const line = lastTraceback(ending)?.line ?? null;
  return line === null ? "" : `, at line ${line}`;
}

/**
 * The exception that CPython printed last, and the line of the user's file nearest to it. Reads the format that the
 * interpreter's traceback module writes; a program that prints such text itself only misleads about itself.
 */
function lastTraceback(ending: Ending): { readonly error: string; readonly line: number | null } | null {
  const lines = ending.stderrTail.replaceAll("\r\n", "\n").trimEnd().split("\n");
  const start = lines.findLastIndex((line) => /^(Traceback \(most recent call last\):|  File ")/.test(line));
  if (start === -1) return null;
  const error = lines.slice(start + 1).find((line) => /^[A-Za-z_][\w.]*(:|$)/.test(line));
  if (error === undefined) return null;
  const file = `  File "/project/${ending.fileName}", line `;
  const where = lines.findLast((line) => line.startsWith(file));
  const line = where === undefined ? Number.NaN : Number.parseInt(where.slice(file.length), 10);
  return { error: shorten(error), line: Number.isNaN(line) ? null : line };
}

const shorten = (text: string): string => (text.length > 300 ? `${text.slice(0, 299)}…` : text);

/** 30000 is "30 s", 1500 is "1.5 s". */
export const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;
