/**
 * Puts the bytes of two pipes back into the order in which the program wrote them. Pure.
 *
 * What arrives on two pipes has no order of its own. So the supervisor (runner/site/streams.py) writes, for each
 * piece of standard error, first a mark on standard output and then the piece on standard error, framed:
 *
 *     stdout: … MARK name ";" …          stderr: … MARK name ":" length ";" bytes …
 *
 * On a terminal both streams are one: there MARK "e;" and MARK "o;" stand before and after each piece of standard error.
 * MARK "r" name ";" on standard output is the place of something shown, which comes on a pipe of its own.
 *
 * MARK is one byte that no UTF-8 text holds and random bytes of this run. Here the marks are taken out and each frame is
 * put where its mark stood. Standard error without a frame (child processes, C code) goes by arrival. A program that
 * forges marks disturbs its own order only: what waits is bounded, and the bound's answer is order by arrival.
 */
import { Buffer } from "node:buffer";
import type { Stream } from "../../contract/events.ts";
import { Fifo, RecentNames } from "./bounded-names.ts";
import { createMarkScanner, type MarkToken } from "./mark-scanner.ts";

export type Piece = OutputPiece | { readonly result: string };
export interface OutputPiece {
  readonly stream: Stream;
  readonly bytes: Uint8Array;
}

export interface StreamOrder {
  /** The pieces that can be handed on, now that these bytes have come. */
  feed(stream: Stream, bytes: Uint8Array): Piece[];
  /** The stream has ended; what it held back comes out. */
  end(stream: Stream): Piece[];
}

/** Bytes that may wait on one stream for the other's part. */
const waitingBytes = 512 * 1024;
/** What a mark or frame without bytes counts as, so that many of them are bounded too. */
const nameBytes = 64;
/** Names given up on, whose other half may still come; one that was forgotten waits for the bound once more. */
const lateNames = 5_000;

type Queued =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly of: Stream }
  | { readonly kind: "mark"; readonly name: string }
  | { readonly kind: "result"; readonly name: string }
  | Frame;
interface Frame {
  readonly kind: "frame";
  readonly name: string;
  parts: Uint8Array[];
  whole: boolean;
}

export function createStreamOrder(mark: Uint8Array): StreamOrder {
  const scanners = { stdout: createMarkScanner(mark, "stdout"), stderr: createMarkScanner(mark, "stderr") };
  const queues: Record<Stream, Fifo<Queued>> = { stdout: new Fifo(), stderr: new Fifo() };
  const held: Record<Stream, number> = { stdout: 0, stderr: 0 };
  const ended: Record<Stream, boolean> = { stdout: false, stderr: false };
  /** Whose bytes come on standard output. */
  let turn: Stream = "stdout";
  /** Names of the marks that stand in stdout's queue. */
  const marks = new Set<string>();
  /** Halves that were handed on or given up without the other, which is passed over when it comes. */
  const passed = { stdout: new RecentNames(lateNames), stderr: new RecentNames(lateNames) };

  function enqueue(stream: Stream, tokens: readonly MarkToken[]): void {
    const queue = queues[stream];
    for (const token of tokens) {
      const last = queue.last();
      if (token.kind === "bytes") {
        held[stream] += token.bytes.length;
        if (last?.kind === "frame" && !last.whole) {
          last.parts.push(token.bytes);
          last.whole = token.ends;
        } else queue.push({ kind: "bytes", bytes: token.bytes, of: stream === "stdout" ? turn : stream });
      } else if (token.kind === "turn") turn = token.stream;
      else if (token.kind === "result") {
        held[stream] += nameBytes;
        queue.push({ kind: "result", name: token.name });
      } else if (stream === "stderr") {
        if (last?.kind === "frame") last.whole = true;
        held.stderr += nameBytes;
        queue.push({ kind: "frame", name: token.name, parts: [], whole: token.length === 0 });
      } else if (!passed.stdout.delete(token.name)) {
        held.stdout += nameBytes;
        marks.add(token.name);
        queue.push({ kind: "mark", name: token.name });
      }
    }
  }

  /** Takes the first of stdout's queue away. */
  function dropMark(name: string): void {
    queues.stdout.shift();
    held.stdout -= nameBytes;
    marks.delete(name);
  }

  /** Hands on what has come of the first frame; true when that was all of it. */
  function giveFrame(frame: Frame, give: (stream: Stream, bytes: Uint8Array) => void): boolean {
    for (const part of frame.parts) give("stderr", part);
    frame.parts = [];
    if (!frame.whole && !ended.stderr) return false;
    queues.stderr.shift();
    held.stderr -= nameBytes;
    return true;
  }

  function merge(): Piece[] {
    const pieces: Piece[] = [];
    const give = (stream: Stream, bytes: Uint8Array, of: Stream = stream): void => {
      held[stream] -= bytes.length;
      pieces.push({ stream: of, bytes });
    };
    for (;;) {
      const out = queues.stdout.first();
      const error = queues.stderr.first();
      if (error?.kind === "bytes") {
        queues.stderr.shift();
        give("stderr", error.bytes);
      } else if (out?.kind === "bytes") {
        queues.stdout.shift();
        give("stdout", out.bytes, out.of);
      } else if (out?.kind === "result") {
        queues.stdout.shift();
        held.stdout -= nameBytes;
        pieces.push({ result: out.name });
      } else if (out?.kind === "mark" && passed.stdout.has(out.name)) {
        passed.stdout.delete(out.name);
        dropMark(out.name);
      } else if (error?.kind === "frame" && (marks.has(error.name) || passed.stderr.has(error.name))) {
        if (!giveFrame(error, give)) return pieces;
        if (passed.stderr.delete(error.name)) continue;
        // Two threads may have sent mark 1, mark 2, frame 2, frame 1: frame 2 comes at mark 1, and mark 2 is passed.
        if (out?.kind === "mark" && out.name === error.name) dropMark(out.name);
        else passed.stdout.add(error.name);
      } else if (error?.kind === "frame" && (ended.stdout || held.stderr > waitingBytes)) {
        passed.stderr.add(error.name);
        if (!ended.stdout) passed.stdout.add(error.name);
      } else if (out?.kind === "mark" && (ended.stderr || held.stdout > waitingBytes)) {
        dropMark(out.name);
        passed.stderr.add(out.name);
      } else {
        return pieces;
      }
    }
  }

  return {
    feed(stream, bytes) {
      enqueue(stream, scanners[stream].feed(bytes));
      return joined(merge());
    },
    end(stream) {
      enqueue(stream, scanners[stream].end());
      ended[stream] = true;
      return joined(merge());
    },
  };
}

/** A traceback comes as dozens of small writes: neighbours of one stream are one piece. */
function joined(pieces: readonly Piece[]): Piece[] {
  const together: (Piece | { readonly stream: Stream; readonly parts: Uint8Array[] })[] = [];
  for (const piece of pieces) {
    const last = together.at(-1);
    if ("result" in piece) together.push(piece);
    else if (last !== undefined && "parts" in last && last.stream === piece.stream)
      last.parts.push(piece.bytes);
    else together.push({ stream: piece.stream, parts: [piece.bytes] });
  }
  return together.map((piece) => {
    if (!("parts" in piece)) return piece;
    const [only, ...more] = piece.parts;
    const bytes = only !== undefined && more.length === 0 ? only : Buffer.concat(piece.parts);
    return { stream: piece.stream, bytes };
  });
}
