/** One program at work: its output in order, its input bounded, its end told when everything has been handed on. */
import type { Readable } from "node:stream";
import { done, refused, type Result } from "../../contract/failures.ts";
import { limits } from "../../contract/limits.ts";
import type { Log } from "../log.ts";
import { jobEnd } from "./job-end.ts";
import { jobMessage } from "./job-message.ts";
import { noNotes, readNotes } from "./notes.ts";
import { closed, deliverOutput } from "./deliver-output.ts";
import type { ProgramFacts } from "./program-facts.ts";
import type { Job, JobSink, RunningJob } from "./sandbox.ts";
import { createSourceReports } from "./source-reports.ts";
import { endedEarly, type Launched } from "./spawner-port.ts";

/** Changes of waiting are told at most this often: a program can write the notes itself. */
const notesPauseMs = 10;

/** The error is what the sandbox said before the program began; then nothing was run and nothing is left. */
export async function runJob(
  launched: Launched,
  job: Job,
  facts: Pick<ProgramFacts, "unbuffered" | "draws" | "starts">,
  sink: JobSink,
  log: Log,
): Promise<Result<RunningJob, string>> {
  const notes = followNotes(launched.notes, (waiting) => sink.waiting(waiting));
  const stdin = launched.stdin;
  if (!job.input) stdin.end();
  launched.job.end(jobMessage(job, facts));
  launched.watch((use) => sink.use(use));
  await Promise.race([notes.begun, notes.finished]);
  const began = notes.now().beganNs;
  if (began === null) {
    await discard(launched);
    if ((await launched.ended).outOfMemory) return refused("out of memory before the program began");
    return refused(notes.now().failure ?? endedEarly);
  }
  const output = deliverOutput(launched, sink, log);
  const sources = readSources(launched.sources, sink);
  const ended = (async () => {
    const end = await launched.ended;
    const now = process.hrtime.bigint();
    stdin.destroy();
    await output.finished;
    await notes.finished;
    await sources;
    return jobEnd(end, output.lastWords(), began, now);
  })();
  return done({
    write(input) {
      if (stdin.writableEnded || stdin.destroyed) return true;
      if (stdin.writableLength + input.length > limits.inputWaitingBytes) return false;
      stdin.write(input);
      if (job.terminal !== null && endsLine(input)) notes.answered();
      return true;
    },
    closeInput: () => void stdin.end(),
    resize: (size) => launched.resize(size),
    interrupt: () => launched.interrupt(),
    kill: () => launched.kill(),
    ended,
  });
}

/** Enter, Ctrl+C or Ctrl+D: what a terminal hands on to the program that reads a line from it. */
const endsLine = (typed: Uint8Array): boolean =>
  typed.some((byte) => byte === 0x0d || byte === 0x0a || byte === 0x03 || byte === 0x04);

/** Resolves when all that was told has been handed on. */
function readSources(pipe: Readable, sink: JobSink): Promise<void> {
  const reports = createSourceReports();
  pipe.on("data", (bytes: Buffer) => {
    for (const report of reports.feed(bytes)) sink.source(report);
  });
  return closed(pipe);
}

/** Kills what has been launched, and resolves when nothing of it is left. */
export async function discard(launched: Launched): Promise<void> {
  launched.kill();
  for (const end of ["stdin", "job", "notes", "results", "sources", "stdout", "stderr"] as const)
    launched[end].destroy();
  await launched.ended;
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
    if (notes.beganNs !== null || notes.failure !== null) begun.resolve();
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
  return {
    now: () => notes,
    begun: begun.promise,
    finished,
    /** What it waited for has come; the next note tells when it waits again. */
    answered(): void {
      if (!notes.waits) return;
      notes = { ...notes, waits: false };
      tell(false);
    },
  };
}
