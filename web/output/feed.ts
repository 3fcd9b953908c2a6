/** Brings a run's output to the terminal in order, and holds what comes before the terminal is there. */
import type { Run, TerminalSize } from "../../contract/runs.ts";
import type { OutputPiece } from "../link/run-view.ts";

export type FeedItem =
  | { readonly type: "start"; readonly run: Run }
  /** What comes from here on happens now: keys go to the program, and its questions to the terminal are answered. */
  | { readonly type: "live"; readonly run: Run }
  | OutputPiece
  /** What was typed into a program that has no terminal. */
  | { readonly type: "typed"; readonly text: string }
  | { readonly type: "end"; readonly run: Run };

export interface FeedSink {
  readonly take: (items: readonly FeedItem[]) => void;
  readonly clear: () => void;
  /** How large the terminal is now. */
  readonly size: () => TerminalSize;
}

export interface Feed {
  readonly push: (items: readonly FeedItem[]) => void;
  /** Another run comes into view. */
  readonly clear: () => void;
  /** The terminal takes over; what was held is handed to it at once. */
  readonly attach: (sink: FeedSink) => void;
  /** The terminal's size, or a usual one while it is not there. */
  readonly size: () => TerminalSize;
}

const usualSize: TerminalSize = { columns: 80, rows: 24 };

export function createFeed(): Feed {
  let held: FeedItem[] = [];
  let sink: FeedSink | null = null;
  return {
    push: (items) => {
      if (items.length === 0) return;
      if (sink === null) held.push(...items);
      else sink.take(items);
    },
    clear: () => {
      held = [];
      sink?.clear();
    },
    attach: (next) => {
      sink = next;
      if (held.length > 0) next.take(held);
      held = [];
    },
    size: () => sink?.size() ?? usualSize,
  };
}
