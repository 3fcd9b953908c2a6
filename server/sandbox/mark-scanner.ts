/** Finds the supervisor's marks in one stream of bytes, however it was cut into reads. Pure; see stream-order.ts. */
import { Buffer } from "node:buffer";
import type { Stream } from "../../contract/events.ts";

export type MarkToken =
  /** A mark; `length` bytes of its frame follow (0 on stdout). */
  | { readonly kind: "name"; readonly name: string; readonly length: number }
  /** Here the program showed a result. */
  | { readonly kind: "result"; readonly name: string }
  /** On a terminal: what follows is of this stream. */
  | { readonly kind: "turn"; readonly stream: Stream }
  /** Bytes of the program; `ends`: with them the frame before is complete. Never empty. */
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly ends: boolean };

export interface MarkScanner {
  feed(bytes: Uint8Array): MarkToken[];
  /** What was held back because a mark could have begun there. */
  end(): MarkToken[];
}

/** The longest name the supervisor writes: a process number, a count and a length, with what stands between. */
const longestName = 64;
const nameOn: Record<Stream, RegExp> = {
  stdout: /^(?:([oe])|(r?)(\d{1,10}\.\d{1,19}))()$/,
  stderr: /^()()(\d{1,10}\.\d{1,19}):(\d{1,15})$/,
};
const semicolon = 0x3b;

/**
 * A mark of one run. No UTF-8 text holds 0xff, so text is never held back for what could be a mark's beginning; and no byte
 * is one that a terminal changes on its way (line ends, tabs).
 */
export function makeMark(random: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0xff), random.map((byte) => byte | 0x80)]);
}

export function createMarkScanner(mark: Uint8Array, stream: Stream): MarkScanner {
  let tail = Buffer.alloc(0);
  /** Bytes of the current frame that are still to come. */
  let remaining = 0;

  function take(bytes: Buffer, tokens: MarkToken[]): void {
    const ofFrame = Math.min(remaining, bytes.length);
    remaining -= ofFrame;
    if (ofFrame > 0) tokens.push({ kind: "bytes", bytes: bytes.subarray(0, ofFrame), ends: remaining === 0 });
    if (ofFrame < bytes.length) tokens.push({ kind: "bytes", bytes: bytes.subarray(ofFrame), ends: false });
  }

  return {
    feed(bytes) {
      const tokens: MarkToken[] = [];
      let rest = tail.length === 0 ? asBuffer(bytes) : Buffer.concat([tail, bytes]);
      let from = 0;
      for (;;) {
        const at = rest.indexOf(mark, from);
        const begin = at === -1 ? rest.length - beginningAtEnd(rest, mark) : at;
        const found = at === -1 ? "cut" : readName(rest, at + mark.length, nameOn[stream]);
        if (found === "cut") {
          take(rest.subarray(0, begin), tokens);
          // A copy: the read's whole buffer must not live on for a few bytes.
          tail = Buffer.from(rest.subarray(begin));
          return tokens;
        }
        if (found === "none") {
          from = at + mark.length;
          continue;
        }
        take(rest.subarray(0, begin), tokens);
        tokens.push(found.token);
        // A frame that was cut short (a signal in the middle of a write) ends where the next one begins.
        remaining = found.token.kind === "name" ? found.token.length : 0;
        rest = rest.subarray(found.end);
        from = 0;
      }
    },
    end() {
      const tokens: MarkToken[] = [];
      take(tail, tokens);
      tail = Buffer.alloc(0);
      return tokens;
    },
  };
}

type Found = "cut" | "none" | { readonly token: Exclude<MarkToken, { kind: "bytes" }>; readonly end: number };

function readName(bytes: Buffer, start: number, pattern: RegExp): Found {
  const window = bytes.subarray(start, start + longestName);
  const end = window.indexOf(semicolon);
  if (end === -1) return window.length < longestName ? "cut" : "none";
  const match = pattern.exec(window.toString("latin1", 0, end));
  if (match === null) return "none";
  const [, turn = "", result, name = "", length] = match;
  const after = start + end + 1;
  if (turn !== "") return { token: { kind: "turn", stream: turn === "e" ? "stderr" : "stdout" }, end: after };
  if (result === "r") return { token: { kind: "result", name }, end: after };
  return { token: { kind: "name", name, length: Number(length) }, end: after };
}

/** How many bytes at the end could be the beginning of a mark. */
function beginningAtEnd(bytes: Buffer, mark: Uint8Array): number {
  for (let length = Math.min(mark.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(mark.subarray(0, length))) return length;
  }
  return 0;
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
