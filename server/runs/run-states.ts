/** The run machine: which state follows which, as a table. */
import { endedStates, type RunState } from "../../contract/runs.ts";

const next: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ["preparing", "starting", "stopped", "lost", "refused"],
  preparing: ["starting", "stopped", "lost", "refused"],
  starting: ["running", "stopped", "lost", "refused"],
  running: ["finished", "failed", "timed-out", "out-of-memory", "stopped", "lost"],
  finished: [],
  failed: [],
  "timed-out": [],
  "out-of-memory": [],
  stopped: [],
  refused: [],
  lost: [],
};

export const mayFollow = (from: RunState, to: RunState): boolean => next[from].includes(to);

export const hasEnded = (state: RunState): boolean => endedStates.has(state);
