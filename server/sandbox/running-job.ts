/** One program at work: its output in order, its input bounded, its end told when everything has been handed on. */
import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { done, refused, type Result } from "../../contract/failures.ts";
import { limits } from "../../contract/limits.ts";
import type { Stream } from "../../contract/events.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { jobEnd, lastWordsBytes } from "./job-end.ts";
import { jobMessage } from "./job-message.ts";
import { makeMark } from "./mark-scanner.ts";
import { noNotes, readNotes } from "./notes.ts";
import type { Job, JobSink, RunningJob } from "./sandbox.ts";
import type { Launched } from "./spawner.ts";
import { createStreamOrder, type Piece } from "./stream-order.ts";

/** Changes of waiting are told at most this often: a program can write the notes itself. */
const notesPauseMs = 10;

/** The error is what the sandbox said before the program began; then nothing was run and nothing is left. */
export async function runJob(
  launched: Launched,
  job: Job,
  sink: JobSink,
  parts: { readonly clock: Clock; readonly log: Log },
): Promise<Result<RunningJob, string>> {
  const mark = makeMark(randomBytes(15));
  const notes = followNotes(launched.notes, (waiting) => sink.waiting(waiting));
  launched.job.end(jobMessage(job, mark));
  await Promise.race([notes.begun, notes.finished]);
  if (!notes.now().runs) {
    launched.kill();
    const said = await lastWordsOf(launched);
    return refused(notes.now().failure ?? said);
  }
  const startedAt = parts.clock.monotonic();
  launched.watch();
  const output = deliverOutput(launched, mark, sink, parts.log);
  const stdin = launched.stdin;
  const ended = (async () => {
    const end = await launched.ended;
    const wallMs = parts.clock.monotonic() - startedAt;
    stdin?.destroy();
    await output.finished;
    await notes.finished;
    return jobEnd(end, notes.now(), output.lastWords(), wallMs);
  })();
  return done({
    write(input) {
      if (stdin === null || stdin.writableEnded || stdin.destroyed) return true;
      if (stdin.writableLength + input.length > limits.inputWaitingBytes) return false;
      stdin.write(input);
      return true;
    },
    closeInput: () => void stdin?.end(),
    resize: () => undefined,
    interrupt: () => launched.interrupt(),
    kill: () => launched.kill(),
    ended,
  });
}

/** Kills what has been launched and resolves to the end of what it wrote to standard error. */
export async function lastWordsOf(launched: Launched): Promise<string> {
  let said = "";
  launched.stdin?.destroy();
  launched.job.destroy();
  launched.notes.destroy();
  launched.stdout.resume();
  launched.stderr.on("data", (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-lastWordsBytes);
  });
  await Promise.all([launched.ended, closed(launched.stdout), closed(launched.stderr)]);
  return said;
}

/**
 * Resolves when what was written before a note has been read: the note's own turn of the event loop may only begin to read
 * the output, the turn after it has read what stood in the pipes.
 */
const afterOutput = (): Promise<void> =>
  new Promise((resolve) => setImmediate(() => setImmediate(() => resolve())));

function followNotes(pipe: Readable, tellWaiting: (waiting: boolean) => void) {
  let notes = noNotes;
  let told: Promise<void> = Promise.resolve();
  const tell = (waiting: boolean): void => {
    told = afterOutput().then(() => tellWaiting(waiting));
  };
  const begun = Promise.withResolvers<void>();
  pipe.on("data", (bytes: Buffer) => {
    const before = notes;
    notes = readNotes(before, bytes);
    if (notes.runs || notes.failure !== null) begun.resolve();
    if (notes.waits === before.waits) return;
    tell(notes.waits);
    pipe.pause();
    setTimeout(() => pipe.resume(), notesPauseMs);
  });
  const finished = (async () => {
    await closed(pipe);
    if (notes.waits) tell(false);
    await told;
  })();
  return { now: () => notes, begun: begun.promise, finished };
}

/** Reads both streams, and neither while the sink has not taken what came: then the pipes fill and the program waits. */
function deliverOutput(launched: Launched, mark: Uint8Array, sink: JobSink, log: Log) {
  const order = createStreamOrder(mark);
  const pipes: Record<Stream, Readable> = { stdout: launched.stdout, stderr: launched.stderr };
  const both = Object.values(pipes);
  const pieces: Piece[] = [];
  let lastWords = Buffer.alloc(0);
  let isDelivering = false;
  let delivered: Promise<void> = Promise.resolve();
  let isBroken = false;

  async function deliver(): Promise<void> {
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      if (piece.stream === "stderr") {
        lastWords = Buffer.concat([lastWords, piece.bytes.subarray(-lastWordsBytes)]).subarray(
          -lastWordsBytes,
        );
      }
      const taken = sink.output(piece.stream, piece.bytes);
      if (taken === undefined) continue;
      for (const pipe of both) pipe.pause();
      await taken;
    }
  }

  function accept(ordered: readonly Piece[]): void {
    if (isBroken) return;
    pieces.push(...ordered);
    if (isDelivering) return;
    isDelivering = true;
    delivered = deliver()
      .catch((error: unknown) => {
        log.error({ error }, "a program's output could not be handed on, so it was killed");
        isBroken = true;
        launched.kill();
      })
      .finally(() => {
        isDelivering = false;
        for (const pipe of both) pipe.resume();
      });
  }

  const streams = (["stdout", "stderr"] as const).map(async (stream) => {
    pipes[stream].on("data", (bytes: Buffer) => accept(order.feed(stream, bytes)));
    await closed(pipes[stream]);
    accept(order.end(stream));
  });
  return {
    lastWords: () => lastWords.toString("utf8"),
    finished: Promise.all(streams).then(() => delivered),
  };
}

const closed = (stream: Readable): Promise<void> =>
  new Promise((resolve) => {
    if (stream.closed) resolve();
    else stream.once("close", () => resolve());
  });
