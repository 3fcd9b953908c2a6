/** What is typed arrives whole and in order, however slow the way is. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createKeySender, createNewest } from "./key-sender.ts";

/** A way that answers when it is told to. */
function way<T>(): {
  sent: T[];
  answer: (ok: boolean) => Promise<void>;
  send: (value: T) => Promise<boolean>;
} {
  const sent: T[] = [];
  let reply: ((ok: boolean) => void) | null = null;
  return {
    sent,
    send: (value) => {
      sent.push(value);
      return new Promise((resolve) => (reply = resolve));
    },
    answer: async (ok) => {
      reply?.(ok);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    },
  };
}

test("a key goes at once; what is typed while it is under way goes together after it", async () => {
  const { send, sent, answer } = way<string>();
  const keys = createKeySender(send, 100);
  for (const key of ["a", "b", "c"]) keys.type(key);
  expect(sent).toEqual(["a"]);
  await answer(true);
  expect(sent).toEqual(["a", "bc"]);
});

test("what waits for a program that is gone is not sent to another", async () => {
  const { send, sent, answer } = way<string>();
  const keys = createKeySender(send, 100);
  keys.type("a");
  keys.type("b");
  await answer(false);
  keys.type("c");
  expect(sent).toEqual(["a", "c"]);
});

test("a long paste is cut, between characters, and arrives whole", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.integer({ min: 2, max: 9 }),
      async (text, most) => {
        let got = "";
        const keys = createKeySender((part) => {
          expect(part.length).toBeLessThanOrEqual(most);
          expect(part.isWellFormed()).toBe(true);
          got += part;
          return Promise.resolve(true);
        }, most);
        keys.type(text);
        for (let turn = 0; turn < 200; turn++) await Promise.resolve();
        expect(got).toBe(text);
      },
    ),
  );
});

test("of several sizes the newest is told, once, and none that is known", async () => {
  const { send, sent, answer } = way<number>();
  const size = createNewest(send, (one, other) => one === other);
  size.forget(80);
  size.tell(80);
  expect(sent).toEqual([]);
  for (const columns of [90, 100, 110]) size.tell(columns);
  await answer(true);
  await answer(true);
  expect(sent).toEqual([90, 110]);
});
