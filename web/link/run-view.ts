/** One run as the page sees it, reduced from its numbered events; an event seen twice changes nothing. Pure. */
import type { Call } from "../../contract/calls.ts";
import type { RunEvent, RunUse } from "../../contract/events.ts";
import type { RunResult } from "../../contract/results.ts";
import type { Run } from "../../contract/runs.ts";

export interface RunView {
  /** The highest number seen; asking for everything after it makes the view whole again. */
  readonly seen: number;
  readonly run: Run | null;
  /** In the order of their numbers. */
  readonly calls: readonly Call[];
  readonly waiting: boolean;
  /** In the order in which they came. */
  readonly results: readonly RunResult[];
  /** The newest; null while nothing was told. */
  readonly use: RunUse | null;
}

/** What has a place in the output. */
export type OutputPiece = Extract<RunEvent, { type: "output" | "gap" | "note" | "result" }>;

export const emptyView: RunView = {
  seen: 0,
  run: null,
  calls: [],
  waiting: false,
  results: [],
  use: null,
};

/** The view after these events, and the output that is new in them, in order. */
export function applyEvents(
  view: RunView,
  events: readonly RunEvent[],
): { readonly view: RunView; readonly output: readonly OutputPiece[] } {
  let { seen, run, waiting, use } = view;
  const results: RunResult[] = [];
  const output: OutputPiece[] = [];
  const changed = new Map<number, Call>();
  for (const event of events) {
    if (event.n <= seen) continue;
    seen = event.n;
    switch (event.type) {
      case "output":
      case "gap":
      case "note":
        output.push(event);
        break;
      case "result":
        output.push(event);
        results.push(event.result);
        break;
      case "use":
        use = event.use;
        break;
      case "run":
        run = event.run;
        break;
      case "call":
        changed.set(event.call.number, event.call);
        break;
      case "waiting":
        waiting = event.waiting;
        break;
    }
  }
  const all = results.length === 0 ? view.results : [...view.results, ...results];
  return { view: { seen, run, waiting, use, results: all, calls: merge(view.calls, changed) }, output };
}

/** A copy with the changed calls in their places; calls are nearly always numbered without a hole, so their place is known. */
function merge(calls: readonly Call[], changed: ReadonlyMap<number, Call>): readonly Call[] {
  if (changed.size === 0) return calls;
  const merged = [...calls];
  for (const call of changed.values()) {
    const at = placeOf(merged, call.number);
    if (merged[at]?.number === call.number) merged[at] = call;
    else merged.splice(at, 0, call);
  }
  return merged;
}

/** The call of this number, out of all calls of a run in the order of their numbers; null when it is not there. */
export function findCall(calls: readonly Call[], number: number): Call | null {
  const call = calls[placeOf(calls, number)];
  return call?.number === number ? call : null;
}

/** The index of the first call whose number is not below `number`. */
function placeOf(calls: readonly Call[], number: number): number {
  if (calls[number - 1]?.number === number) return number - 1;
  let [low, high] = [0, calls.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((calls[middle]?.number ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
