/** Nothing waits for an owner who is gone, and nobody who is here, or has a run under way, is forgotten. */
import { expect, test } from "vitest";
import type { OwnerId } from "../../contract/ids.ts";
import { Attention } from "./presence.ts";

const ann = "a".repeat(20) as OwnerId;
const bea = "b".repeat(20) as OwnerId;

function attention() {
  const forgotten: OwnerId[] = [];
  const busy = new Set<OwnerId>();
  const waiting = new Set<() => void>();
  const watched = new Attention({
    isBusy: (owner) => busy.has(owner),
    forget: (owner) => forgotten.push(owner),
    later: (_ms, act) => {
      waiting.add(act);
      return () => waiting.delete(act);
    },
  });
  /** Lets the whole time pass for all who are waited for now. */
  const pass = (): void => {
    const due = [...waiting];
    waiting.clear();
    for (const act of due) act();
  };
  return { watched, forgotten, busy, waiting, pass };
}

test("an owner whose last page closed is forgotten after a while, one who comes back is not", () => {
  const { watched, forgotten, pass } = attention();
  for (const owner of [ann, bea]) watched.came(owner);
  pass();
  for (const owner of [ann, bea]) watched.left(owner);
  watched.came(bea);
  pass();
  expect(forgotten).toEqual([ann]);
});

test("a run under way puts it off", () => {
  const { watched, forgotten, busy, pass } = attention();
  busy.add(ann);
  watched.left(ann);
  pass();
  pass();
  expect(forgotten).toEqual([]);
  busy.delete(ann);
  pass();
  expect(forgotten).toEqual([ann]);
});

test("who never opened a page is forgotten after the last thing that was asked", () => {
  const { watched, forgotten, waiting, pass } = attention();
  watched.used(ann);
  watched.used(ann);
  expect(waiting.size).toBe(1);
  pass();
  expect(forgotten).toEqual([ann]);
  watched.came(ann);
  watched.used(ann);
  expect(waiting.size).toBe(0);
});

test("at the end nobody is waited for", () => {
  const { watched, waiting } = attention();
  watched.left(ann);
  watched.left(bea);
  watched.close();
  expect(waiting.size).toBe(0);
});
