/** Loads what was recorded of the call in view, and again when its state changes: the recording is whole at its end only. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { CallRecord } from "../../contract/calls.ts";
import type { FailureReply } from "../../contract/failures.ts";
import type { RunId } from "../../contract/ids.ts";
import { useApi } from "../api/api-context.ts";
import { useApp } from "../state/app-state.ts";

export interface RecordState {
  /** Of the call in view; null until it is there. */
  readonly record: CallRecord | null;
  readonly loading: boolean;
  readonly failure: FailureReply | null;
  readonly load: () => void;
}

export function useCallRecord(runId: RunId | null, number: number | null): RecordState {
  const app = useApp();
  const api = useApi();
  const record = useSignal<CallRecord | null>(null);
  const failure = useSignal<FailureReply | null>(null);
  const loading = useSignal(false);
  const asked = useRef(0);

  const load = async (): Promise<void> => {
    // Also a call that is no longer in view makes answers under way too late.
    const mine = ++asked.current;
    if (runId === null || number === null) return;
    loading.value = true;
    const answer = await api.getCall({ params: { run: runId, number: String(number) } });
    if (mine !== asked.current) return;
    loading.value = false;
    failure.value = answer.ok ? null : answer.error;
    if (answer.ok) record.value = answer.value;
  };
  const call = app.calls.value.find((call) => call.number === number);
  const state = call?.state ?? null;
  // A price that is learnt later comes with its bill.
  const cost = call?.costUsd ?? null;
  const link = app.link.value;
  useEffect(() => {
    if (link !== "lost") void load();
  }, [runId, number, state, cost, link]);

  const known = record.value;
  const inView = known !== null && known.call.runId === runId && known.call.number === number;
  return {
    record: inView ? known : null,
    loading: loading.value,
    failure: failure.value,
    load: () => void load(),
  };
}
