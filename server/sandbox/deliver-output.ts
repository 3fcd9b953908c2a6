/** Hands a program's output and results to whoever wants them, in their order, at their pace. */
import type { Readable } from "node:stream";
import type { Stream } from "../../contract/events.ts";
import type { Log } from "../log.ts";
import { lastWordsBytes } from "./job-end.ts";
import { createResultPieces } from "./result-pieces.ts";
import { createResultShelf } from "./result-shelf.ts";
import type { JobSink } from "./sandbox.ts";
import type { Launched } from "./spawner-port.ts";
import { createStreamOrder, type Piece } from "./stream-order.ts";

/** Output that may wait for a result to be whole; past that the result comes at the end. */
const waitingForResultBytes = 2 ** 20;
/** Results that may wait for their place; past that the program waits. */
const waitingResultBytes = 64 * 2 ** 20;

/** Reads both streams, and neither while the sink has not taken what came: then the pipes fill and the program waits. */
export function deliverOutput(
  launched: Launched,
  sink: JobSink,
  log: Log,
): { readonly finished: Promise<void>; lastWords(): string } {
  const order = createStreamOrder(launched.mark);
  const shelf = createResultShelf();
  const pipes: Record<Stream, Readable> = { stdout: launched.stdout, stderr: launched.stderr };
  const both = Object.values(pipes);
  const pieces: Piece[] = [];
  let lastWords = Buffer.alloc(0);
  let isDelivering = false;
  let delivered: Promise<void> = Promise.resolve();
  let isBroken = false;
  /** Bytes that came while a result was waited for; null: none is. */
  let piled: number | null = null;

  async function hold(taken: void | Promise<void>): Promise<void> {
    if (taken === undefined) return;
    for (const pipe of both) pipe.pause();
    await taken;
  }

  async function deliverResult(name: string): Promise<void> {
    piled = 0;
    const result = await shelf.take(name);
    piled = null;
    if (shelf.heldBytes() <= waitingResultBytes) launched.results.resume();
    if (result !== null) await hold(sink.result(result));
  }

  async function deliver(): Promise<void> {
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      if ("result" in piece) {
        await deliverResult(piece.result);
        continue;
      }
      if (piece.stream === "stderr") {
        lastWords = Buffer.concat([lastWords, piece.bytes.subarray(-lastWordsBytes)]).subarray(
          -lastWordsBytes,
        );
      }
      const taken = sink.output(piece.stream, piece.bytes);
      if (taken !== undefined) await hold(taken);
    }
  }

  function fail(error: unknown): void {
    log.error({ err: error }, "a program's output could not be handed on, so it was killed");
    isBroken = true;
    launched.kill();
  }

  function accept(ordered: readonly Piece[]): void {
    if (isBroken) return;
    pieces.push(...ordered);
    if (piled !== null) {
      for (const piece of ordered) piled += "bytes" in piece ? piece.bytes.length : 0;
      if (piled > waitingForResultBytes) shelf.giveUp();
    }
    if (isDelivering || pieces.length === 0) return;
    isDelivering = true;
    delivered = deliver()
      .catch(fail)
      .finally(() => {
        isDelivering = false;
        for (const pipe of both) pipe.resume();
        accept([]);
      });
  }

  const streams = (["stdout", "stderr"] as const).map(async (stream) => {
    pipes[stream].on("data", (bytes: Buffer) => accept(order.feed(stream, bytes)));
    await closed(pipes[stream]);
    accept(order.end(stream));
  });
  const results = readResults(launched, shelf);

  async function finish(): Promise<void> {
    await Promise.all(streams);
    await delivered;
    sink.outputOver?.();
    // What is left has no place in the output, or lost it: files, mostly.
    for (;;) {
      const news = results.more(); // asked for first: what comes while a result is handed on must not be missed
      const isOver = results.hasEnded();
      for (const result of shelf.left()) await sink.result(result);
      if (isOver || isBroken) return;
      launched.results.resume();
      await news;
    }
  }

  return {
    lastWords: () => lastWords.toString("utf8"),
    finished: finish().catch(fail),
  };
}

function readResults(launched: Launched, shelf: ReturnType<typeof createResultShelf>) {
  const pieces = createResultPieces();
  let hasEnded = false;
  let news = Promise.withResolvers<void>();
  const tell = (): void => {
    news.resolve();
    news = Promise.withResolvers();
  };
  launched.results.on("data", (bytes: Buffer) => {
    const whole = pieces.feed(bytes);
    for (const { name, result } of whole) shelf.put(name, result);
    if (shelf.heldBytes() > waitingResultBytes) launched.results.pause();
    if (whole.length > 0) tell();
  });
  void closed(launched.results).then(() => {
    hasEnded = true;
    shelf.end();
    tell();
  });
  return { hasEnded: () => hasEnded, more: () => news.promise };
}

export const closed = (stream: Readable): Promise<void> =>
  new Promise((resolve) => {
    if (stream.closed) resolve();
    else stream.once("close", () => resolve());
  });
