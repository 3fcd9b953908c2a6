/** Promises of the list's columns: they fill the width, the least wanted make room, and choices outlive a reload. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  columns,
  layoutColumns,
  noChoices,
  readChoices,
  writeChoices,
  type ColumnChoices,
} from "./call-columns.ts";

const idsIn = (width: number, choices: ColumnChoices = noChoices): readonly string[] =>
  layoutColumns(width, choices).columns.map(({ id }) => id);

test("a wide list shows the usual columns, and a narrow one lets the least wanted go", () => {
  expect(idsIn(1200)).toEqual([
    "number",
    "line",
    "model",
    "status",
    "in",
    "out",
    "cost",
    "first",
    "duration",
    "time",
  ]);
  expect(idsIn(720)).toEqual(["number", "line", "model", "status", "in", "out", "cost", "duration", "time"]);
  expect(idsIn(560)).toEqual(["number", "model", "status", "cost", "duration", "time"]);
});

const choices: fc.Arbitrary<ColumnChoices> = fc.record({
  shown: fc.dictionary(
    fc.constantFrom(...columns.map(({ id }) => id).filter((id) => id !== "model")),
    fc.boolean(),
  ),
  widths: fc.dictionary(fc.constantFrom(...columns.map(({ id }) => id)), fc.integer({ min: 140, max: 700 })),
});

test("whatever was chosen, the columns fill the width or are as few as they may be", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2500 }), choices, (width, chosen) => {
      const { columns: shown, widths } = layoutColumns(width, chosen);
      const whole = widths.reduce((sum, px) => sum + px, 0);
      const isFewest = shown.every(({ rank }) => rank === 0);
      expect({ isFilled: (isFewest && whole > width) || (whole <= width && width - whole <= 2) }).toEqual({
        isFilled: true,
      });
      for (const [index, { least }] of shown.entries()) expect(widths[index]).toBeGreaterThanOrEqual(least);
    }),
  );
});

test("choices are written and read back, and what is foreign is left out", () => {
  fc.assert(
    fc.property(choices, (chosen) => {
      expect(readChoices(writeChoices(chosen))).toEqual(chosen);
    }),
  );
  expect(readChoices("nonsense cost=maybe cost:12x bogus=no in=no model:9999")).toEqual({
    shown: { in: false },
    widths: { model: 800 },
  });
  expect(readChoices("")).toEqual(noChoices);
});
