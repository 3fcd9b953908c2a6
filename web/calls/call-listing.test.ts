/** Promises of the list: kept up change by change it is what it would be if it were made anew. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Call } from "../../contract/calls.ts";
import { readFilter } from "./call-filter.ts";
import { isOfKind, quickKinds, type QuickKind } from "./call-kinds.ts";
import { createCallList, type Wish } from "./call-listing.ts";
import { comparison, nextOrder, type Order, type SortId } from "./call-order.ts";
import { callOf, callParts, someCalls } from "./calls-for-tests.ts";
import { sumsOf } from "./sums.ts";

const everything: Wish = { line: null, filter: readFilter(""), quick: "all", order: null };
const sortIds: readonly SortId[] = ["number", "line", "model", "status", "in", "cost", "duration", "finish"];
const order: fc.Arbitrary<Order> = fc.option(
  fc.record({
    by: fc.constantFrom(...sortIds),
    way: fc.constantFrom("ascending" as const, "descending" as const),
  }),
  { nil: null },
);
const wish: fc.Arbitrary<Wish> = fc.record({
  line: fc.option(fc.record({ file: fc.constant("main.py"), line: fc.integer({ min: 1, max: 30 }) }), {
    nil: null,
    freq: 5,
  }),
  filter: fc.constantFrom("", "is:failed", "cost>0.05", "-model:openai").map(readFilter),
  quick: fc.constantFrom<QuickKind>("all", "failed", "live", "unknown"),
  order,
});
/** Calls come, at the end or between others, and change. */
const change = fc.record({ number: fc.integer({ min: 1, max: 25 }), parts: callParts });

function changed(calls: readonly Call[], { number, parts }: { number: number; parts: Partial<Call> }) {
  const others = calls.filter((call) => call.number !== number);
  return [...others, callOf(number, parts)].sort((one, other) => one.number - other.number);
}

describe("a list that is kept up", () => {
  test("is the one that is made anew, whatever comes, changes, is asked for and in which order", () => {
    fc.assert(
      fc.property(
        someCalls,
        fc.array(fc.tuple(fc.array(change, { maxLength: 5 }), fc.option(wish, { nil: null })), {
          maxLength: 8,
        }),
        (first, steps) => {
          const list = createCallList();
          let calls: readonly Call[] = first;
          let wanted = everything;
          for (const [changes, next] of steps) {
            calls = changes.reduce<readonly Call[]>(changed, calls);
            wanted = next ?? wanted;
            const kept = list.update(calls, wanted);
            const anew = createCallList().update(calls, wanted);
            expect(kept).toEqual({ ...anew, endMs: kept.endMs });
            expect(kept.endMs).toBeGreaterThanOrEqual(anew.endMs);
            expect(kept.sums).toEqual(sumsOf(kept.rows));
            expect(kept.rows).toEqual([...kept.rows].sort(comparison(wanted.order)));
          }
        },
      ),
    );
  });

  test("shows what the filter, the kind and the line let through, and counts each kind", () => {
    fc.assert(
      fc.property(someCalls, wish, (calls, wanted) => {
        const { rows, kinds, total, live } = createCallList().update(calls, wanted);
        const { line, filter, quick } = wanted;
        const through = calls.filter((call) => {
          const [from] = call.sentFrom ?? [];
          const isOfLine = line === null || (from?.line === line.line && from.file === line.file);
          return filter.matches(call) && isOfLine;
        });
        expect(new Set(rows)).toEqual(new Set(through.filter((call) => isOfKind(call, quick))));
        for (const { kind } of quickKinds)
          expect(kinds[kind]).toBe(through.filter((call) => isOfKind(call, kind)).length);
        expect(total).toBe(calls.length);
        expect(live).toEqual(calls.filter((call) => isOfKind(call, "live")));
      }),
    );
  });

  test("is the same object while nothing changes, and begins anew with another run's calls", () => {
    const list = createCallList();
    const calls = [callOf(1, { state: "failed" }), callOf(2, {})];
    const listing = list.update(calls, everything);
    expect(list.update([...calls], everything)).toBe(listing);
    const other = [callOf(1, { durationMs: 5 })];
    expect(list.update(other, everything)).toEqual(createCallList().update(other, everything));
    expect(list.update([], everything).rows).toEqual([]);
  });
});

describe("the order", () => {
  test("goes its column's own way, the other way, and back to that of arrival", () => {
    const first = nextOrder(null, "cost");
    expect(first).toEqual({ by: "cost", way: "descending" });
    expect(nextOrder(first, "cost")).toEqual({ by: "cost", way: "ascending" });
    expect(nextOrder(nextOrder(first, "cost"), "cost")).toBeNull();
    expect(nextOrder(first, "model")).toEqual({ by: "model", way: "ascending" });
  });

  test("is total: what is unknown stands last both ways, and what is alike in order of arrival", () => {
    fc.assert(
      fc.property(someCalls, fc.constantFrom(...sortIds), (calls, by) => {
        const up = [...calls].sort(comparison({ by, way: "ascending" }));
        const down = [...calls].sort(comparison({ by, way: "descending" }));
        const known = (row: Call): boolean => row.costUsd !== null;
        const isSplit = (rows: readonly Call[]): boolean =>
          rows.findLastIndex(known) < rows.filter(known).length;
        expect(by !== "cost" || (isSplit(up) && isSplit(down))).toBe(true);
        const again = [...calls].reverse().sort(comparison({ by, way: "ascending" }));
        expect(again).toEqual(up);
      }),
    );
  });
});
