/** Promises of the time axis of a run's calls. */
import { describe, expect, test } from "vitest";
import { axisOf, barOf, barWords, endOf, restingEnd } from "./waterfall.ts";

const startedAt = "2026-11-24T08:00:00.000Z";
const at = (ms: number): number => Date.parse(startedAt) + ms;
const call = {
  state: "done",
  startMs: 1200,
  startedAt,
  queuedMs: null,
  ttftMs: 612,
  durationMs: 2530,
} as const;

describe("a call's bar", () => {
  test("tells the wait for the first token from the streaming", () => {
    expect(barOf(call, at(0), 30_000)).toEqual({
      startMs: 1200,
      queuedMs: 0,
      waitMs: 612,
      streamMs: 1918,
      live: false,
    });
  });

  test("tells our own time from the upstream's, which begins behind it", () => {
    const queued = { ...call, queuedMs: 40 };
    const bar = barOf(queued, at(0), 30_000);
    expect(bar).toEqual({ startMs: 1200, queuedMs: 40, waitMs: 612, streamMs: 1918, live: false });
    expect(endOf(bar)).toBe(3770);
    expect(restingEnd(queued)).toBe(3770);
    const streaming = { ...queued, state: "streaming", durationMs: null } as const;
    expect(barOf(streaming, at(1000), 30_000)).toMatchObject({ queuedMs: 40, waitMs: 612, streamMs: 348 });
  });

  test("grows with the clock while the call is under way", () => {
    const streaming = { ...call, state: "streaming", durationMs: null } as const;
    expect(barOf(streaming, at(1000), 30_000)).toMatchObject({ waitMs: 612, streamMs: 388, live: true });
    const open = { ...streaming, state: "open", ttftMs: null } as const;
    expect(barOf(open, at(1000), 30_000)).toMatchObject({ waitMs: 1000, streamMs: 0, live: true });
  });

  test("never leaves its bounds when the browser's clock is wrong", () => {
    const open = { ...call, state: "open", ttftMs: null, durationMs: null } as const;
    expect(barOf(open, at(-5_000), 30_000)).toMatchObject({ waitMs: 0, streamMs: 0 });
    expect(barOf(open, at(9_000_000), 30_000)).toMatchObject({ waitMs: 30_000 });
  });

  test("of a reply without content is all wait", () => {
    expect(barOf({ ...call, ttftMs: null, durationMs: 190 }, at(0), 30_000)).toMatchObject({
      waitMs: 190,
      streamMs: 0,
    });
  });
});

describe("the axis", () => {
  test.each([
    [4350, ["0", "1 s", "2 s", "3 s", "4 s"]],
    [90, ["0", "20 ms", "40 ms", "60 ms", "80 ms"]],
    [700, ["0", "0.2 s", "0.4 s", "0.6 s"]],
    [61_000, ["0", "20 s", "40 s", "60 s"]],
  ])("up to %d ms has round ticks", (endMs, labels) => {
    expect(axisOf(endMs).ticks.map((tick) => tick.label)).toEqual(labels);
  });

  test("holds every bar and at most five ticks, however long the run", () => {
    for (const endMs of [0, 1, 999, 5000, 49_999, 50_000, 600_000, 86_400_000]) {
      const axis = axisOf(endMs);
      expect(axis.endMs).toBeGreaterThan(endMs);
      expect(axis.ticks.length).toBeLessThanOrEqual(5);
      expect(axis.ticks.length).toBeGreaterThan(1);
    }
  });

  test("has fewer ticks where there is room for fewer", () => {
    expect(axisOf(4350, 2).ticks.map((tick) => tick.label)).toEqual(["0", "5 s"].slice(0, 1));
    expect(axisOf(5350, 2).ticks.map((tick) => tick.label)).toEqual(["0", "5 s"]);
  });

  test("stands still while a bar grows by a little", () => {
    expect(axisOf(4350).endMs).toBe(axisOf(4380).endMs);
  });
});

test("a bar's words tell each part to a tenth of a millisecond", () => {
  const bar = { startMs: 1200, queuedMs: 0, waitMs: 612.44, streamMs: 1918, live: false };
  expect(barWords(bar, true)).toEqual([
    "Starts at 1,200 ms",
    "first token after 612.4 ms",
    "streams for 1,918 ms",
    "ends at 3,730.4 ms",
  ]);
  expect(barWords({ ...bar, queuedMs: 40.06 }, true).slice(0, 3)).toEqual([
    "Starts at 1,200 ms",
    "sent on after 40.1 ms",
    "first token 612.4 ms later",
  ]);
  expect(barWords({ ...bar, streamMs: 0, live: true }, false)).toEqual([
    "Starts at 1,200 ms",
    "waits for 612.4 ms",
    "goes on",
  ]);
});
