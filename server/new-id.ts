/** Makes ids of the contract's shape: 9 base-36 digits of time, 11 drawn at random. */
import { randomFillSync } from "node:crypto";

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
/** Bytes from here on would make some digits likelier than others. */
const fair = 256 - (256 % alphabet.length);
/** Drawn many at once: that costs as much as one. */
const pool = new Uint8Array(1024);
let next = pool.length;

/** The caller names the id's kind: `newId<RunId>(clock.now())`. `now` is Unix time in ms. */
export function newId<Id extends string>(now: number): Id {
  let id = now.toString(36).padStart(9, "0");
  while (id.length < 20) id += digit();
  return id as Id;
}

function digit(): string {
  for (;;) {
    if (next >= pool.length) {
      randomFillSync(pool);
      next = 0;
    }
    const drawn = pool[next++] ?? fair;
    if (drawn < fair) return alphabet[drawn % alphabet.length] ?? "";
  }
}
