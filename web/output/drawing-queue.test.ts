/** Everything is drawn once, in the order in which it came, however late a part of it is. */
import { expect, test } from "vitest";
import { createDrawingQueue, type DrawingQueue } from "./drawing-queue.ts";

/** A terminal that draws when it is told to. */
function terminal(): {
  readonly queue: DrawingQueue;
  readonly drawn: () => string;
  readonly finish: () => void;
} {
  let text = "";
  let done: (() => void) | null = null;
  const queue = createDrawingQueue((part, then) => {
    text += part;
    done = then;
  });
  const finish = (): void => {
    while (done !== null) {
      const then = done;
      done = null;
      then();
    }
  };
  return { queue, drawn: () => text, finish };
}

test("what waits for the terminal is drawn together, in order", () => {
  const { queue, drawn, finish } = terminal();
  for (const text of ["a", "b", "", "c"]) queue.add(text);
  expect(drawn()).toBe("a");
  finish();
  expect(drawn()).toBe("abc");
});

test("what comes behind a late part waits for it", async () => {
  const { queue, drawn, finish } = terminal();
  const late = Promise.withResolvers<string>();
  queue.add("before ");
  queue.add(() => late.promise);
  queue.add("behind");
  finish();
  expect(drawn()).toBe("before ");
  late.resolve("late ");
  await late.promise;
  await Promise.resolve();
  finish();
  expect(drawn()).toBe("before late behind");
});

test("a late part sees all that stands before it drawn", () => {
  const { queue, drawn, finish } = terminal();
  queue.add("one");
  queue.add("two");
  queue.add(() => `[${drawn()}]`);
  finish();
  expect(drawn()).toBe("onetwo[onetwo]");
});

test("starting anew drops what waits, and what is late then writes nothing any more", async () => {
  const { queue, drawn, finish } = terminal();
  const late = Promise.withResolvers<string>();
  let current: (() => boolean) | null = null;
  queue.add((isCurrent) => {
    current = isCurrent;
    return late.promise;
  });
  queue.add("old");
  finish();
  queue.startAnew("new");
  late.resolve("late");
  await late.promise;
  await Promise.resolve();
  finish();
  expect(current!()).toBe(false);
  expect(drawn()).toBe("new");
});

test("a terminal that can't keep up skips the oldest and says how much; what is late stays", () => {
  const { queue, drawn, finish } = terminal();
  queue.add("first");
  queue.add(() => "late");
  for (let part = 0; part < 20; part++) queue.add(String(part % 10).repeat(1024 * 1024));
  finish();
  expect(drawn()).toMatch(/^first[^]*12 MiB went by too fast to show[^]*late/);
  expect(drawn().endsWith("9".repeat(1024))).toBe(true);
});
