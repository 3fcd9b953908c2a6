/** What is kept of the things that a program shows and makes, and what is said when it is more than that. */
import { expect, test } from "vitest";
import type { JobResult } from "../sandbox/sandbox.ts";
import type { ResultRow } from "../store/result-store.ts";
import { RunResults, type RunResultsOptions } from "./run-results.ts";

const shown = (size: number, more: Partial<JobResult> = {}): JobResult => ({
  kind: "shown",
  mediaType: "image/png",
  name: null,
  bytes: new Uint8Array(size),
  sizeBytes: size,
  note: null,
  ...more,
});

function resultsWith(options: Partial<RunResultsOptions> = {}) {
  const stored: [Omit<ResultRow, "runId">, Uint8Array | null][] = [];
  const told: string[] = [];
  let number = 0;
  const results = new RunResults({
    limits: { count: 3, bytes: 2 ** 20, totalBytes: 2 * 2 ** 20 },
    shelf: async (row, bytes) => void stored.push([row, bytes]),
    now: () => 1,
    nextNumber: () => ++number,
    grew: () => undefined,
    full: () => told.push("full"),
    failed: () => told.push("failed"),
    ...options,
  });
  return { results, stored, told };
}
const seen = ({ events }: RunResults) =>
  events.flatMap((event) => (event.type === "result" ? [event.result] : []));

test("a result is stored before it can be seen, and what comes behind it waits", async () => {
  let store: () => void = () => undefined;
  const { results } = resultsWith({ shelf: () => new Promise((resolve) => (store = resolve)) });
  const taken = results.take(shown(1));
  await Promise.resolve();
  expect(results.events).toEqual([]);
  expect(results.firstUntold).toBe(1);
  store();
  await taken;
  expect(seen(results)).toEqual([
    {
      number: 1,
      kind: "shown",
      mediaType: "image/png",
      name: null,
      sizeBytes: 1,
      kept: true,
      note: null,
      display: "image",
    },
  ]);
  expect(results.firstUntold).toBe(Number.POSITIVE_INFINITY);
});

test("one that is too large, and those that are too much together, are listed without their bytes", async () => {
  const { results, stored } = resultsWith();
  await results.take(shown(2 ** 20 + 1));
  await results.take(shown(2 ** 20));
  await results.take(shown(2 ** 20));
  expect(seen(results).map(({ kept, note }) => [kept, note])).toEqual([
    [false, "Not kept: one result may have at most 1 MiB."],
    [true, null],
    [true, null],
  ]);
  expect(stored.map(([, bytes]) => bytes?.length ?? null)).toEqual([null, 2 ** 20, 2 ** 20]);
  const more = resultsWith({ limits: { count: 3, bytes: 10, totalBytes: 15 } });
  for (const size of [10, 10, 5]) await more.results.take(shown(size));
  expect(seen(more.results).map(({ kept }) => kept)).toEqual([true, false, true]);
});

test("past their number nothing is listed any more, and that is told once", async () => {
  const { results, stored, told } = resultsWith();
  for (let i = 0; i < 10; i++) await results.take(shown(1));
  expect(seen(results)).toHaveLength(3);
  expect(stored).toHaveLength(3);
  expect(told).toEqual(["full"]);
});

test("one that the database does not take is told, but not as kept", async () => {
  const { results, told } = resultsWith({ shelf: () => Promise.reject(new Error("no room")) });
  await results.take(shown(1));
  await results.end();
  expect(seen(results)).toMatchObject([{ kept: false, note: "Not kept: the database failed." }]);
  expect(told).toEqual(["failed"]);
});

test("what the sandbox did not take keeps the sandbox's own words", async () => {
  const { results } = resultsWith();
  await results.take(
    shown(0, { kind: "file", name: "a.bin", bytes: null, sizeBytes: 9e9, note: "too large" }),
  );
  expect(seen(results)).toMatchObject([{ kept: false, note: "too large", sizeBytes: 9e9, name: "a.bin" }]);
});

test("the type of what is shown is told by the program, that of a file by its ending", async () => {
  const { results } = resultsWith({ limits: { count: 20, bytes: 9, totalBytes: 99 } });
  const given: Partial<JobResult>[] = [
    { mediaType: "Text/HTML; charset=utf-8" },
    { mediaType: "text/html\r\nset-cookie: a=b" },
    { mediaType: "image/svg+xml" },
    { mediaType: "application/javascript" },
    { kind: "file", mediaType: "text/html", name: "out/plot.PNG" },
    { kind: "file", mediaType: null, name: "data.csv" },
    { kind: "file", mediaType: null, name: "Makefile" },
  ];
  for (const more of given) await results.take(shown(1, more));
  expect(seen(results).map(({ mediaType, display }) => [mediaType, display])).toEqual([
    ["text/html", "html"],
    [null, "file"],
    ["image/svg+xml", "image"],
    ["application/javascript", "file"],
    ["image/png", "image"],
    ["text/csv", "file"],
    [null, "file"],
  ]);
});
