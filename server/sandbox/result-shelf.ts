/** Where results wait for their place in the output, and places for their results. */
import type { JobResult } from "./sandbox.ts";

export interface ResultShelf {
  put(name: string, result: JobResult): void;
  /** The result of this name, when it comes; null when it won't. One at a time. */
  take(name: string): Promise<JobResult | null>;
  /** Whoever waits, waits no longer. */
  giveUp(): void;
  /** Nothing more is put. */
  end(): void;
  /** What nobody asked for, in the order in which it came. */
  left(): JobResult[];
  /** Bytes that wait here. */
  heldBytes(): number;
}

export function createResultShelf(): ResultShelf {
  const results = new Map<string, JobResult>();
  let held = 0;
  let hasEnded = false;
  let wanted: { readonly name: string; readonly tell: (result: JobResult | null) => void } | null = null;

  function answer(): void {
    if (wanted === null) return;
    const found = results.get(wanted.name) ?? null;
    if (found === null && !hasEnded) return;
    remove(wanted.name);
    wanted.tell(found);
    wanted = null;
  }
  function remove(name: string): void {
    held -= results.get(name)?.bytes?.length ?? 0;
    results.delete(name);
  }

  return {
    put(name, result) {
      remove(name);
      results.set(name, result);
      held += result.bytes?.length ?? 0;
      answer();
    },
    take: (name) =>
      new Promise((tell) => {
        wanted = { name, tell };
        answer();
      }),
    giveUp() {
      wanted?.tell(null);
      wanted = null;
    },
    end() {
      hasEnded = true;
      answer();
    },
    left() {
      const all = [...results.values()];
      for (const name of results.keys()) remove(name);
      return all;
    },
    heldBytes: () => held,
  };
}
