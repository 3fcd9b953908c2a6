/**
 * The rows of the list, kept up as calls come and change: a change costs a look at which calls are others than before, a binary
 * search for each of those, and a copy of the rows; nothing is sorted, matched or summed again that stayed as it was.
 */
import type { Call } from "../../contract/calls.ts";
import { isLive, isOfKind, quickKinds, type QuickKind } from "./call-kinds.ts";
import type { CallFilter } from "./call-filter.ts";
import { comparison, type Order } from "./call-order.ts";
import { isOfLine, type SourceLine } from "../margin/line-money.ts";
import { createTally, type Sums } from "./sums.ts";
import { restingEnd } from "./waterfall.ts";

export interface Wish {
  /** Calls of this line alone; null: all. */
  readonly line: SourceLine | null;
  readonly filter: CallFilter;
  readonly quick: QuickKind;
  readonly order: Order;
}

export interface Listing {
  /** What is shown, in order. */
  readonly rows: readonly Call[];
  /** Of what is shown. */
  readonly sums: Sums;
  /** All calls of the run. */
  readonly total: number;
  /** How many of each kind the filter's line lets through. */
  readonly kinds: Readonly<Record<QuickKind, number>>;
  /** All calls under way, shown or not: the time axis grows with them. */
  readonly live: readonly Call[];
  /** The latest end of all that was known to have happened, ms after the run's first call; it never shrinks. */
  readonly endMs: number;
}

export interface CallList {
  /** `calls` are all of the run, in the order of their numbers; those that did not change are the same objects as before. */
  readonly update: (calls: readonly Call[], wish: Wish) => Listing;
}

export function createCallList(): CallList {
  let known: readonly Call[] = [];
  let wished: Wish | null = null;
  let kept = emptyState();
  let listing: Listing | null = null;
  return {
    update: (calls, wish) => {
      const isSameWish =
        wished !== null &&
        wished.line === wish.line &&
        wished.filter === wish.filter &&
        wished.quick === wish.quick &&
        wished.order === wish.order;
      let changes = isSameWish ? changesBetween(known, calls) : null;
      if (changes === null) {
        kept = emptyState();
        changes = calls.map((call) => ({ before: null, after: call }));
        listing = null;
      }
      known = calls;
      wished = wish;
      if (listing !== null && changes.length === 0) return listing;
      applyChanges(kept, changes, wish);
      listing = {
        rows: kept.rows,
        sums: kept.tally.sums(),
        total: calls.length,
        kinds: { ...kept.kinds },
        live: [...kept.live.values()].sort((one, other) => one.number - other.number),
        endMs: kept.endMs,
      };
      return listing;
    },
  };
}

interface Kept {
  rows: readonly Call[];
  readonly tally: ReturnType<typeof createTally>;
  readonly kinds: Record<QuickKind, number>;
  /** By number. */
  readonly live: Map<number, Call>;
  endMs: number;
}

function emptyState(): Kept {
  return {
    rows: [],
    tally: createTally(),
    kinds: { all: 0, failed: 0, live: 0, unknown: 0 },
    live: new Map(),
    endMs: 0,
  };
}

interface Change {
  readonly before: Call | null;
  readonly after: Call;
}

/** Both in the order of their numbers; null when a call went away, which only another run brings about. */
export function changesBetween(before: readonly Call[], after: readonly Call[]): readonly Change[] | null {
  const changes: Change[] = [];
  let at = 0;
  for (const call of after) {
    const old = before[at];
    if (old === call) at += 1;
    else if (old?.number === call.number) {
      if (old.id !== call.id) return null;
      changes.push({ before: old, after: call });
      at += 1;
    } else if (old === undefined || old.number > call.number) changes.push({ before: null, after: call });
    else return null;
  }
  return at === before.length ? changes : null;
}

function applyChanges(kept: Kept, changes: readonly Change[], wish: Wish): void {
  const { line, filter, quick, order } = wish;
  const gone = new Set<Call>();
  const come: Call[] = [];
  const count = (call: Call, by: 1 | -1): boolean => {
    if (!filter.matches(call) || (line !== null && !isOfLine(call, line))) return false;
    for (const { kind } of quickKinds) if (isOfKind(call, kind)) kept.kinds[kind] += by;
    return isOfKind(call, quick);
  };
  for (const { before, after } of changes) {
    if (before !== null && count(before, -1)) {
      gone.add(before);
      kept.tally.remove(before);
    }
    if (count(after, 1)) {
      come.push(after);
      kept.tally.add(after);
    }
    kept.live.delete(after.number);
    if (isLive(after)) kept.live.set(after.number, after);
    kept.endMs = Math.max(kept.endMs, restingEnd(after));
  }
  kept.rows = replaced(kept.rows, gone, come, comparison(order));
}

/** The sorted rows without those that are gone and with those that came in their places. */
export function replaced(
  rows: readonly Call[],
  gone: ReadonlySet<Call>,
  come: readonly Call[],
  compare: (one: Call, other: Call) => number,
): readonly Call[] {
  if (gone.size === 0 && come.length === 0) return rows;
  const staying = gone.size === 0 ? rows : rows.filter((call) => !gone.has(call));
  const coming = [...come].sort(compare);
  const result: Call[] = [];
  let from = 0;
  for (const call of coming) {
    const at = placeOf(staying, call, compare, from);
    for (; from < at; from += 1) result.push(staying[from] as Call);
    result.push(call);
  }
  for (; from < staying.length; from += 1) result.push(staying[from] as Call);
  return result;
}

/** The index at or after `from` before which the call belongs. */
function placeOf(
  rows: readonly Call[],
  call: Call,
  compare: (one: Call, other: Call) => number,
  from: number,
): number {
  let [low, high] = [from, rows.length];
  // Most calls come at the end.
  const last = rows.at(-1);
  if (last !== undefined && compare(last, call) < 0) return rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && compare(row, call) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
