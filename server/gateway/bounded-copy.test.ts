/** A copy keeps the first bytes up to its bound and counts the rest; all copies together stay within their room. */
import { expect, test } from "vitest";
import { createBoundedCopy, createRecordingRoom } from "./bounded-copy.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

test("what passes is kept with its arrivals until the bound, then counted", () => {
  const copy = createBoundedCopy(5, createRecordingRoom(1_000));
  copy.add(bytes("abc"), 1);
  expect(copy.cut).toBe(false);
  copy.add(bytes("def"), 2);
  copy.add(bytes("ghi"), 3);
  expect(Buffer.from(copy.bytes()).toString()).toBe("abcde");
  expect(copy.arrivals).toEqual([
    [3, 1],
    [5, 2],
  ]);
  expect([copy.seenBytes, copy.cut]).toEqual([9, true]);
});

test("exactly full is not cut", () => {
  const copy = createBoundedCopy(3, createRecordingRoom(1_000));
  copy.add(bytes("abc"), 1);
  copy.add(bytes(""), 2);
  expect(copy.cut).toBe(false);
});

test("chunks are copied, so that a reused buffer changes nothing", () => {
  const copy = createBoundedCopy(10, createRecordingRoom(10_000));
  const chunk = Buffer.from("abc");
  copy.add(chunk, 1);
  chunk.fill("x");
  expect(Buffer.from(copy.bytes()).toString()).toBe("abc");
});

test("when the room is used up copies are cut, and room given back serves the next", () => {
  const room = createRecordingRoom(10_000);
  const first = createBoundedCopy(1_000_000, room);
  first.add(new Uint8Array(9_000), 1);
  const second = createBoundedCopy(1_000_000, room);
  second.add(new Uint8Array(9_000), 1);
  expect([first.cut, second.cut, second.bytes().length]).toEqual([false, true, 0]);
  first.release();
  const third = createBoundedCopy(1_000_000, room);
  third.add(new Uint8Array(9_000), 1);
  expect(third.cut).toBe(false);
});

test("a million chunks of a byte cost a byte each and a bounded list of arrivals", () => {
  const copy = createBoundedCopy(2_000_000, createRecordingRoom(4_000_000));
  for (let i = 0; i < 1_000_000; i++) copy.add(Uint8Array.of(i), i);
  expect(copy.bytes()).toHaveLength(1_000_000);
  expect(copy.arrivals).toHaveLength(65_536);
  expect(copy.arrivals.at(-1)?.[0]).toBe(1_000_000);
});
