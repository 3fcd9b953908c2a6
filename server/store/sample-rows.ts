/** For tests: rows of runs, results and calls with everything that a row needs. */
import type { CallId, OwnerId, RunId } from "../../contract/ids.ts";
import { newId } from "../new-id.ts";
import type { CallRow } from "./call-store.ts";
import type { ResultRow } from "./result-store.ts";
import type { RunRow } from "./run-store.ts";

let clock = 1_800_000_000_000;

export function sampleRun(ownerId: OwnerId, change: Partial<RunRow> = {}): RunRow {
  const now = ++clock;
  return {
    id: newId<RunId>(now),
    ownerId,
    idempotencyKey: `press-${now}`,
    snippetId: null,
    fileName: "main.py",
    code: "print(1)",
    args: [],
    model: null,
    state: "finished",
    reason: "finished",
    exitCode: 0,
    signal: null,
    timeoutMs: 30_000,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    wallMs: null,
    cpuMs: null,
    peakBytes: null,
    outputBytes: 0,
    droppedBytes: 0,
    simulated: false,
    terminal: false,
    ceilingPicoUsd: null,
    ...change,
  };
}

export function sampleResult(runId: RunId, number: number, change: Partial<ResultRow> = {}): ResultRow {
  return {
    runId,
    number,
    n: number * 10,
    at: ++clock,
    kind: "shown",
    mediaType: "image/png",
    name: null,
    sizeBytes: 1,
    note: null,
    ...change,
  };
}

export function sampleCall(run: RunRow, number: number, change: Partial<CallRow> = {}): CallRow {
  return {
    id: newId<CallId>(++clock),
    runId: run.id,
    ownerId: run.ownerId,
    number,
    state: "done",
    method: "POST",
    path: "/api/v1/chat/completions",
    model: null,
    provider: null,
    status: 200,
    stream: false,
    promptTokens: null,
    completionTokens: null,
    costPicoUsd: null,
    costText: null,
    queuedMs: null,
    ttftMs: null,
    durationMs: null,
    startedAt: clock,
    startMs: 0,
    generationId: null,
    finishReason: null,
    errorCode: null,
    errorMessage: null,
    requestBytes: 0,
    responseBytes: 0,
    recordingCut: false,
    simulated: false,
    reservedPicoUsd: null,
    repeats: 0,
    sentFrom: null,
    retryOf: null,
    resendOf: null,
    resendKey: null,
    bill: null,
    ...change,
  };
}
