/** Promises about how measurements become figures. */
import { expect, test } from "vitest";
import { goalTable, judge, type Goal } from "./goals.ts";
import type { Sample } from "./samples.ts";
import { figure, median, pairedRatios, quantile, ratioTable, spread, valueTable } from "./statistics.ts";

const sample = (target: string, round: number, value: number): Sample => ({
  target,
  measure: "exit ms",
  round,
  value,
});

test("the median of an even number lies between the two in the middle, and does not depend on the order", () => {
  expect(median([9, 1, 3, 5])).toBe(4);
  expect(median([7])).toBe(7);
  expect(median([])).toBeNaN();
  expect(quantile([10, 0], 0.99)).toBeCloseTo(9.9);
});

test("ratios pair what was measured in the same round, and leave out a round that only one of them had", () => {
  const ours = new Map([
    [1, 2],
    [2, 6],
    [4, 1],
  ]);
  const theirs = new Map([
    [1, 4],
    [2, 3],
    [3, 9],
  ]);
  expect(pairedRatios(ours, theirs)).toEqual([0.5, 2]);
});

test("figures have three digits that mean something and no exponent", () => {
  expect([0, 0.012345, 0.2, 6.1549, 96.94, 931.6, 10_666, NaN].map(figure)).toEqual([
    "0",
    "0.0123",
    "0.200",
    "6.15",
    "96.9",
    "932",
    "10666",
    "–",
  ]);
  expect(spread([])).toBe("–");
});

test("a table has a row for each target, and a dash where nothing was measured", () => {
  const samples = [sample("bare", 1, 20), sample("bare", 2, 22), sample("ours", 1, 5)];
  expect(valueTable(samples, ["bare", "ours", "srt"], ["exit ms"]).split("\n").slice(2)).toEqual([
    "| bare | 2 | 21.0 (20.0–22.0) |",
    "| ours | 1 | 5.00 (5.00–5.00) |",
    "| srt | 0 | – |",
  ]);
  expect(ratioTable(samples, ["ours"], ["exit ms"], "bare")).toContain("| ours | 0.250 (0.250–0.250) |");
});

test("a goal is judged by the median of its rounds' own ratios", () => {
  const goal: Goal = {
    id: "A1",
    says: "hello",
    ours: { target: "ours", measure: "exit ms" },
    peer: { target: "bare", measure: "exit ms" },
    sense: "at most",
    floor: 0.4,
    moonshot: 0.2,
  };
  const rounds = (...ratios: number[]): Sample[] =>
    ratios.flatMap((ratio, at) => [sample("ours", at, ratio * 20), sample("bare", at, 20)]);
  expect(judge(rounds(0.1, 0.15, 3), goal).verdict).toBe("moonshot");
  expect(judge(rounds(0.1, 0.3, 3), goal).verdict).toBe("floor");
  expect(judge(rounds(0.1, 0.5, 3), goal).verdict).toBe("missed");
  expect(judge(rounds(9, 9, 9), { ...goal, sense: "at least", floor: 3, moonshot: 8 }).verdict).toBe(
    "moonshot",
  );
  expect(judge(rounds(0.1), goal).verdict).toBe("too few rounds");
  expect(judge([sample("ours", 1, 3)], goal).verdict).toBe("not measured");
  expect(goalTable(rounds(0.3, 0.3, 0.3), [goal])).toContain(
    "| A1 hello | 0.300 (0.300–0.300) | 3 | ≤ 0.400 | ≤ 0.200 | yes |",
  );
});
