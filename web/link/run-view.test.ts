/** Whatever is cut, replayed or seen twice: the page ends up with the same run, calls and output. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Call } from "../../contract/calls.ts";
import type { RunEvent, RunUse } from "../../contract/events.ts";
import type { RunResult } from "../../contract/results.ts";
import type { Run } from "../../contract/runs.ts";
import { applyEvents, emptyView, type OutputPiece, type RunView } from "./run-view.ts";

type Happening =
  | { readonly type: "output"; readonly text: string }
  | { readonly type: "gap"; readonly droppedBytes: number }
  | { readonly type: "run"; readonly callCount: number }
  | { readonly type: "call"; readonly number: number; readonly responseBytes: number }
  | { readonly type: "note"; readonly text: string }
  | { readonly type: "result"; readonly number: number }
  | { readonly type: "use"; readonly cpuMs: number }
  | { readonly type: "waiting"; readonly waiting: boolean };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("output" as const), text: fc.string() }) },
  fc.record({ type: fc.constant("gap" as const), droppedBytes: fc.nat() }),
  fc.record({ type: fc.constant("run" as const), callCount: fc.nat() }),
  fc.record({
    type: fc.constant("call" as const),
    number: fc.integer({ min: 1, max: 5 }),
    responseBytes: fc.nat(),
  }),
  fc.record({ type: fc.constant("note" as const), text: fc.string() }),
  fc.record({ type: fc.constant("result" as const), number: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ type: fc.constant("use" as const), cpuMs: fc.nat() }),
  fc.record({ type: fc.constant("waiting" as const), waiting: fc.boolean() }),
);

function numbered(happenings: readonly Happening[]): RunEvent[] {
  return happenings.map((what, index) => {
    const base = { n: index + 1, at: index };
    if (what.type === "output") return { ...base, type: "output", stream: "stdout", text: what.text };
    if (what.type === "run") return { ...base, type: "run", run: { callCount: what.callCount } as Run };
    if (what.type === "call") {
      const { number, responseBytes } = what;
      return { ...base, type: "call", call: { number, responseBytes } as Call };
    }
    if (what.type === "result")
      return { ...base, type: "result", result: { number: what.number } as RunResult };
    if (what.type === "use") return { ...base, type: "use", use: { cpuMs: what.cpuMs } as RunUse };
    return { ...base, ...what };
  });
}

/** As the server does it: all output after a number, but only the newest event of the run and of each call. */
function replayAfter(events: readonly RunEvent[], after: number): RunEvent[] {
  const keyOf = (event: RunEvent): string =>
    event.type === "output" || event.type === "gap" || event.type === "note" || event.type === "result"
      ? `output ${event.n}`
      : event.type === "call"
        ? `call ${event.call.number}`
        : event.type;
  const newest = new Map(events.map((event) => [keyOf(event), event]));
  return events.filter((event) => event.n > after && newest.get(keyOf(event)) === event);
}

interface Seen {
  readonly view: RunView;
  readonly output: readonly OutputPiece[];
}
const apply = (seen: Seen, events: readonly RunEvent[]): Seen => {
  const next = applyEvents(seen.view, events);
  return { view: next.view, output: [...seen.output, ...next.output] };
};
const nothing: Seen = { view: emptyView, output: [] };

test("any cuts and replays converge", () => {
  const connection = fc.record({ happened: fc.nat(60), received: fc.nat(60), twice: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(happening, { maxLength: 60 }),
      fc.array(connection, { maxLength: 8 }),
      (happenings, connections) => {
        const events = numbered(happenings);
        let page = nothing;
        for (const { happened, received, twice } of connections.sort((a, b) => a.happened - b.happened)) {
          const sent = replayAfter(events.slice(0, happened), page.view.seen).slice(0, received);
          page = apply(page, sent);
          if (twice) page = apply(page, sent);
        }
        page = apply(page, replayAfter(events, page.view.seen));
        expect(page).toEqual(apply(nothing, events));
      },
    ),
  );
});

test("an event seen twice changes nothing", () => {
  const events = numbered([
    { type: "output", text: "a" },
    { type: "waiting", waiting: true },
  ]);
  const once = apply(nothing, events);
  expect(apply(once, events)).toEqual(once);
});
