/** A run's state and end in words. Pure. */
import { endedStates, type Run, type RunState } from "../../contract/runs.ts";
import { formatBytes, formatDuration } from "../shell/format.ts";

/** How a state looks: the lamp beside it. */
export const stateLed: Readonly<Record<RunState, "" | "ok" | "warn" | "bad" | "busy">> = {
  queued: "busy",
  preparing: "busy",
  starting: "busy",
  running: "busy",
  finished: "ok",
  failed: "bad",
  "timed-out": "warn",
  "out-of-memory": "bad",
  stopped: "warn",
  refused: "bad",
  lost: "bad",
};

const stateWords: Readonly<Record<RunState, string>> = {
  queued: "waiting for a free place",
  preparing: "making its environment",
  starting: "starting",
  running: "running",
  finished: "finished",
  failed: "failed",
  "timed-out": "timed out",
  "out-of-memory": "out of memory",
  stopped: "stopped",
  refused: "not started",
  lost: "lost",
};

/** The short word for the panel's head: "finished", "timed out", "waiting for input". */
export function stateOf(run: Run, waitsForInput: boolean): string {
  return run.state === "running" && waitsForInput ? "waiting for input" : stateWords[run.state];
}

/** The whole last line: "finished in 1.20 s", "failed at line 3: ValueError: no · 0.40 s · exit 1". */
export function endOf(run: Run): string {
  const stopped = stoppedCall(run);
  if (run.state === "finished") {
    const took = run.wallMs === null ? "finished" : `finished in ${formatDuration(run.wallMs)}`;
    return stopped === null ? took : `${took} · ${stopped}`;
  }
  const parts = [run.reason ?? stateWords[run.state]];
  if (stopped !== null) parts.push(stopped);
  if (run.wallMs !== null) parts.push(formatDuration(run.wallMs));
  if (run.signal !== null) parts.push(run.signal);
  else if (run.exitCode !== null) parts.push(`exit ${run.exitCode}`);
  return parts.join(" · ");
}

/** What a ceiling did to a run that did not end for it (its reason says so otherwise); null: nothing. */
function stoppedCall({ overBudgetAt, reason }: Run): string | null {
  if (overBudgetAt === null || reason?.startsWith("over budget") === true) return null;
  return `a ceiling stopped call ${overBudgetAt}`;
}

/** A length that was chosen: "30 s", "1.5 s", "5 min". */
export function limitWords(ms: number): string {
  return ms >= 60_000 && ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`;
}

/** What it took besides time: "CPU 120 ms · 41 MiB"; empty when that is not known. */
export function effortOf(run: Run): string {
  const parts: string[] = [];
  if (run.cpuMs !== null) parts.push(`CPU ${formatDuration(run.cpuMs)}`);
  if (run.peakBytes !== null) parts.push(`${formatBytes(run.peakBytes)} of memory at most`);
  return parts.join(" · ");
}

export function hasEnded(run: Run): boolean {
  return endedStates.has(run.state);
}

/** The line of the program that a reason names: "failed at line 3: …" is 3. */
export function lineOfReason(reason: string | null): number | null {
  const found = /^failed at line (\d+)/.exec(reason ?? "");
  return found === null ? null : Number(found[1]);
}

const longestName = 100;

/**
 * The file name that a program runs under, made from its snippet's name: slashes and control characters become "-",
 * and it ends in ".py" (the contract's FileName accepts each result).
 */
export function fileNameOf(name: string): string {
  const plain = name.replace(/[/\\\p{Cc}]/gu, "-").trim() || "main";
  const stem = plain.endsWith(".py") ? plain.slice(0, -3) : plain;
  // What is cut off may leave half of a character.
  const cut = stem.slice(0, longestName - 3).replace(/\p{Cs}/gu, "");
  return `${cut || "main"}.py`;
}
