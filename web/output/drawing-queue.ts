/** Draws texts one after the other, never more than the terminal takes, and lets a result that must be loaded first hold its place. */
import { skippedLine } from "./terminal-words.ts";

/** Text whose words or effect depend on all that stands before it. It may take its time: what follows waits. */
export type Late = (isCurrent: () => boolean) => string | Promise<string>;

export interface DrawingQueue {
  readonly add: (text: string | Late) => void;
  /** Drops what waits, and draws `text` first. */
  readonly startAnew: (text: string) => void;
}

/** Handed to the terminal at once; the next part goes when it has drawn this one. */
const partLength = 64 * 1024;
/** Waiting to be shown, in characters; past it the oldest is skipped, for only the last lines stay anyway. */
const waitingLength = 8 * 1024 * 1024;

/** `write` draws a text and calls back when it has. */
export function createDrawingQueue(write: (text: string, done: () => void) => void): DrawingQueue {
  let waiting: (string | Late)[] = [];
  let size = 0;
  let skipped = 0;
  let isDrawing = false;
  /** Counts `startAnew`: what began before the last one writes nothing any more. */
  let turn = 0;

  const put = (text: string): void => {
    isDrawing = true;
    write(text, () => {
      isDrawing = false;
      draw();
    });
  };
  const draw = (): void => {
    if (isDrawing) return;
    let part = skipped > 0 ? skippedLine(skipped) : "";
    skipped = 0;
    while (typeof waiting[0] === "string" && part.length < partLength) {
      part += waiting[0];
      size -= waiting[0].length;
      waiting.shift();
    }
    if (part !== "") return put(part);
    const late = waiting.shift();
    if (typeof late === "function") void settle(late);
  };
  const settle = async (late: Late): Promise<void> => {
    isDrawing = true;
    const mine = turn;
    const text = late(() => turn === mine);
    const ready = typeof text === "string" ? text : await text;
    put(turn === mine ? ready : "");
  };
  /** The oldest texts go; what is late is no text yet and stays. */
  const makeRoom = (): void => {
    for (let at = 0; size > waitingLength && at < waiting.length - 1;) {
      const oldest = waiting[at];
      if (typeof oldest !== "string") at += 1;
      else {
        waiting.splice(at, 1);
        size -= oldest.length;
        skipped += oldest.length;
      }
    }
  };
  return {
    add: (text) => {
      if (text === "") return;
      waiting.push(text);
      if (typeof text === "string") size += text.length;
      makeRoom();
      draw();
    },
    startAnew: (text) => {
      turn += 1;
      waiting = [text];
      size = text.length;
      skipped = 0;
      draw();
    },
  };
}
