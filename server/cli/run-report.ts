/** The report of `run`: how it ended and what its calls were, written whole or not at all. */
import { randomBytes } from "node:crypto";
import { closeSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Call } from "../../contract/calls.ts";
import { done, refused, type Result } from "../../contract/failures.ts";
import type { ExecutionEnd } from "../runs/execute.ts";

/** How a run ended, or that it never began. */
export type ReportedRun = Pick<ExecutionEnd, "state" | "reason"> &
  Partial<Pick<ExecutionEnd, "exitCode" | "signal" | "wallMs" | "cpuMs" | "peakBytes">>;

export function reportOf(run: ReportedRun, calls: readonly Call[]): string {
  const report = {
    run: {
      state: run.state,
      reason: run.reason,
      exitCode: run.exitCode ?? null,
      signal: run.signal ?? null,
      wallMs: run.wallMs ?? null,
      cpuMs: run.cpuMs ?? null,
      peakBytes: run.peakBytes ?? null,
    },
    calls: calls.map((call) => ({
      model: call.model,
      path: call.path,
      status: call.status,
      stream: call.stream,
      promptTokens: call.promptTokens,
      completionTokens: call.completionTokens,
      costUsd: call.costUsd,
      ttftMs: call.ttftMs,
      durationMs: call.durationMs,
      generationId: call.generationId,
      error: call.error,
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

export interface ReportFile {
  /** Throws when the disk fails now: it was writable when the run began. */
  write(text: string): void;
  /** Leaves nothing behind when the report is not written after all. */
  discard(): void;
}

/** Opens the report's place before the run, so that no run is spent on a report that can't be written. */
export function openReport(file: string): Result<ReportFile, string> {
  const fresh = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString("hex")}`);
  try {
    const seen = lstatSync(file, { throwIfNoEntry: false });
    if (seen !== undefined && !seen.isFile())
      return refused(`--report ${file} is there already and is not a plain file. Name another.`);
    closeSync(openSync(fresh, "wx", 0o600));
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return refused(`--report ${file} can't be written (${cause}). Name a file in a directory of yours.`);
  }
  return done({
    write(text) {
      writeFileSync(fresh, text, { flush: true });
      renameSync(fresh, file);
    },
    discard: () => rmSync(fresh, { force: true }),
  });
}
