/** A run as the page gets it, from its row and the sums over its calls. */
import type { Run } from "../../contract/runs.ts";
import { instant } from "../clock.ts";
import { usdText } from "../money.ts";
import type { RunRow, RunSums } from "../store/run-store.ts";

export function toRun(row: Omit<RunRow, "code" | "args">, sums: RunSums): Run {
  return {
    id: row.id,
    snippetId: row.snippetId,
    fileName: row.fileName,
    model: row.model,
    state: row.state,
    reason: row.reason,
    exitCode: row.exitCode,
    signal: row.signal,
    timeoutMs: row.timeoutMs,
    createdAt: instant(row.createdAt),
    startedAt: row.startedAt === null ? null : instant(row.startedAt),
    endedAt: row.endedAt === null ? null : instant(row.endedAt),
    wallMs: row.wallMs,
    cpuMs: row.cpuMs,
    peakBytes: row.peakBytes,
    outputBytes: row.outputBytes,
    droppedBytes: row.droppedBytes,
    callCount: sums.callCount,
    costUsd: usdText(sums.costPicoUsd),
    unknownCostCalls: sums.unknownCostCalls,
    ceilingUsd: row.ceilingPicoUsd === null ? null : usdText(row.ceilingPicoUsd),
    overBudgetAt: sums.overBudgetAt,
    terminal: row.terminal,
    simulated: row.simulated,
  };
}
