/** Follows the calls of the run in view: warns once of each alarm while it is news, and keeps what is spent up to date. */
import { effect } from "@preact/signals";
import type { RunId } from "../../contract/ids.ts";
import type { AppState } from "../state/app-state.ts";
import { callAlarms, type CallAlarm } from "./call-alarms.ts";

export interface WatchParts {
  readonly app: AppState;
  /** Whether the list of calls is in view, read from signals: what is to be warned of stands above it already. */
  readonly callsInView: () => boolean;
  readonly openCeilings: () => void;
  readonly stopRun: () => void;
  /** Asks the server for the session as it stands. */
  readonly refreshSession: () => void;
}

/** Between two questions for what is spent while a run goes on, ms. */
const spentEveryMs = 2_000;

const stopLabel = "Stop the run";
const ceilingsLabel = "Ceilings…";

/** Takes back warnings that no longer serve: what they warn of stays above the list of calls. */
function withdraw(app: AppState, labels: readonly string[]): void {
  const notices = app.notices.peek();
  const left = notices.filter(({ action }) => action === undefined || !labels.includes(action.label));
  if (left.length < notices.length) app.notices.value = left;
}

export function watchCalls({ app, callsInView, openCeilings, stopRun, refreshSession }: WatchParts): void {
  let watched: RunId | null = null;
  let isNews = false;
  let told = new Set<CallAlarm["kind"]>();
  effect(() => {
    const run = app.run.value;
    const alarms = callAlarms(app.calls.value);
    const isRunning = app.running.value;
    if (run === null) return;
    if (run.id !== watched) {
      watched = run.id;
      told = new Set();
      // Started here, so fast that it may have ended before anything of it was seen.
      isNews = app.ran.peek() !== null;
    }
    isNews ||= isRunning;
    const isInView = callsInView();
    if (isInView) withdraw(app, [stopLabel, ceilingsLabel]);
    // What has ended can't be stopped.
    else if (!isRunning) withdraw(app, [stopLabel]);
    if (!isNews) return;
    for (const { kind, says, hint } of alarms) {
      if (told.has(kind)) continue;
      told.add(kind);
      if (isInView) continue;
      const canStop = kind === "repeats" && isRunning;
      app.notify({
        kind: "warn",
        says,
        hint,
        action: canStop ? { label: stopLabel, run: stopRun } : { label: ceilingsLabel, run: openCeilings },
      });
    }
  });

  let seen = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const run = app.run.value;
    const settled = app.calls.value.filter(
      ({ simulated, state }) => !simulated && state !== "open" && state !== "streaming",
    ).length;
    const now = `${run?.id} ${settled} ${app.running.value}`;
    if (now === seen || settled === 0) return;
    seen = now;
    if (app.running.value) {
      timer ??= setTimeout(() => {
        timer = undefined;
        refreshSession();
      }, spentEveryMs);
      return;
    }
    clearTimeout(timer);
    timer = undefined;
    refreshSession();
  });
}
