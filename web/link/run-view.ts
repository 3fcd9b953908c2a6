/** One run as the page sees it, reduced from its numbered events; an event seen twice changes nothing. Pure. */
import type { Call } from "../../contract/calls.ts";
import type { RunEvent } from "../../contract/events.ts";
import type { Run } from "../../contract/runs.ts";

export interface RunView {
  /** The highest number seen; asking for everything after it makes the view whole again. */
  readonly seen: number;
  readonly run: Run | null;
  /** In the order of their numbers. */
  readonly calls: readonly Call[];
  readonly waiting: boolean;
}

export type OutputPiece = Extract<RunEvent, { type: "output" | "gap" }>;

export const emptyView: RunView = { seen: 0, run: null, calls: [], waiting: false };

/** The view after these events, and the output that is new in them, in order. */
export function applyEvents(
  view: RunView,
  events: readonly RunEvent[],
): { readonly view: RunView; readonly output: readonly OutputPiece[] } {
  let { seen, run, waiting } = view;
  const output: OutputPiece[] = [];
  const changed = new Map<number, Call>();
  for (const event of events) {
    if (event.n <= seen) continue;
    seen = event.n;
    switch (event.type) {
      case "output":
      case "gap":
        output.push(event);
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
  return { view: { seen, run, waiting, calls: merge(view.calls, changed) }, output };
}

function merge(calls: readonly Call[], changed: Map<number, Call>): readonly Call[] {
  if (changed.size === 0) return calls;
  const merged = calls.map((call) => {
    const newer = changed.get(call.number);
    if (newer !== undefined) changed.delete(call.number);
    return newer ?? call;
  });
  if (changed.size > 0) merged.push(...changed.values());
  return merged.sort((one, other) => one.number - other.number);
}
