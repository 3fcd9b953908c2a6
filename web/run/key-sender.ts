/** Sends what is typed into a program's terminal: at once when nothing is under way, else together with what comes meanwhile. */

export interface KeySender {
  readonly type: (keys: string) => void;
  /** Drops what waits: the program it was for is gone. */
  readonly forget: () => void;
}

/** `send` answers false when the program did not get it; what waits then is dropped with it. At most `most` UTF-16 units a time. */
export function createKeySender(send: (keys: string) => Promise<boolean>, most: number): KeySender {
  let waiting = "";
  let isUnderWay = false;
  const pump = async (): Promise<void> => {
    if (isUnderWay) return;
    isUnderWay = true;
    while (waiting !== "") {
      const part = partOf(waiting, most);
      waiting = waiting.slice(part.length);
      if (!(await send(part))) waiting = "";
    }
    isUnderWay = false;
  };
  return {
    type: (keys) => {
      waiting += keys;
      void pump();
    },
    forget: () => {
      waiting = "";
    },
  };
}

/** No pair of surrogates is cut in two. */
function partOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const code = text.charCodeAt(most - 1);
  return text.slice(0, code >= 0xd8_00 && code <= 0xdb_ff ? most - 1 : most);
}

/** Sends the newest only: one at a time, and none that equals the one before. */
export function createNewest<T>(
  send: (value: T) => Promise<boolean>,
  isSame: (one: T, other: T) => boolean,
): { readonly tell: (value: T) => void; readonly forget: (known: T | null) => void } {
  let wanted: T | null = null;
  let told: T | null = null;
  let isUnderWay = false;
  const pump = async (): Promise<void> => {
    if (isUnderWay) return;
    isUnderWay = true;
    while (wanted !== null && (told === null || !isSame(wanted, told))) {
      const next = wanted;
      told = next;
      if (!(await send(next))) {
        // Not known there: the next change is told again.
        if (told === next) told = null;
        if (wanted === next) wanted = null;
      }
    }
    isUnderWay = false;
  };
  return {
    tell: (value) => {
      wanted = value;
      void pump();
    },
    forget: (known) => {
      told = known;
      wanted = null;
    },
  };
}
