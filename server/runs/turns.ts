/** Lets few of one owner's doings go on at once; the others wait in line. */
import type { OwnerId } from "../../contract/ids.ts";

export interface Turns {
  /** Resolves when it is their turn, with what gives it back; that may be called twice. */
  take(owner: OwnerId): Promise<() => void>;
}

export function createTurns(atOnce: number): Turns {
  const lines = new Map<OwnerId, { going: number; readonly waiting: (() => void)[] }>();
  return {
    async take(owner) {
      const line = lines.get(owner) ?? { going: 0, waiting: [] };
      lines.set(owner, line);
      if (line.going < atOnce) line.going += 1;
      // Who leaves hands the place over.
      else await new Promise<void>((resolve) => line.waiting.push(resolve));
      let isHere = true;
      return () => {
        if (!isHere) return;
        isHere = false;
        const next = line.waiting.shift();
        if (next !== undefined) return next();
        line.going -= 1;
        if (line.going === 0) lines.delete(owner);
      };
    },
  };
}
