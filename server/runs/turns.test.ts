/** Promises of turns: few at once for each owner, the others in line, and nothing is kept of who is done. */
import { expect, test } from "vitest";
import type { OwnerId } from "../../contract/ids.ts";
import { createTurns } from "./turns.ts";

const ann = "a".repeat(20) as OwnerId;
const bob = "b".repeat(20) as OwnerId;

test("the third waits for one of two, and another owner waits for nobody", async () => {
  const turns = createTurns(2);
  const first = await turns.take(ann);
  const second = await turns.take(ann);
  const order: string[] = [];
  const third = turns.take(ann).then((leave) => {
    order.push("third");
    return leave;
  });
  const other = await turns.take(bob);
  order.push("bob");
  first();
  // Only the first time counts.
  first();
  const fourth = turns.take(ann).then(() => order.push("fourth"));
  (await third)();
  await fourth;
  second();
  other();
  expect(order).toEqual(["bob", "third", "fourth"]);
});
