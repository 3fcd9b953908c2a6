/** Makes ids of the contract's shape: 9 base-36 digits of time, 11 drawn at random. */
import { randomInt } from "node:crypto";

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

/** The caller names the id's kind: `newId<RunId>(clock.now())`. `now` is Unix time in ms. */
export function newId<Id extends string>(now: number): Id {
  let id = now.toString(36).padStart(9, "0");
  while (id.length < 20) id += alphabet[randomInt(36)];
  return id as Id;
}
