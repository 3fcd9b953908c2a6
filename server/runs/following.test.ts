/** Whoever follows a run sees every event once and in order, however often the line is cut. Fault F43. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RunEvent } from "../../contract/events.ts";
import type { OwnerId, RunId } from "../../contract/ids.ts";
import type { CallStore } from "../store/call-store.ts";
import type { JobResult } from "../sandbox/sandbox.ts";
import type { ResultStore } from "../store/result-store.ts";
import type { OutputChunk, RunRow, RunStore } from "../store/run-store.ts";
import { createFollowing } from "./following.ts";
import { LateCalls } from "./late-calls.ts";
import { LiveRun } from "./live-run.ts";

const id = "0".repeat(20) as RunId;
const ann = "a".repeat(20) as OwnerId;

const row: RunRow = {
  id,
  ownerId: ann,
  idempotencyKey: "12345678",
  snippetId: null,
  fileName: "main.py",
  code: "",
  args: [],
  model: null,
  state: "running",
  reason: null,
  exitCode: null,
  signal: null,
  timeoutMs: 1,
  createdAt: 0,
  startedAt: null,
  endedAt: null,
  wallMs: null,
  cpuMs: null,
  peakBytes: null,
  outputBytes: 0,
  droppedBytes: 0,
  simulated: true,
  terminal: false,
  ceilingPicoUsd: null,
};

function liveRun(): LiveRun {
  let kept: OutputChunk[] = [];
  const failed = (error: unknown): void => {
    throw error;
  };
  return new LiveRun(row, {
    now: () => 0,
    log: {
      limits: {
        headBytes: 1e6,
        tailBytes: 1e6,
        waitingBytes: 1e6,
        memoryBytes: 8,
        groupBytes: 8,
        groupMs: 1,
      },
      shelf: {
        append: async (chunks) => void (kept = [...kept, ...chunks]),
        read: async (after) => kept.filter((chunk) => chunk.n > after).slice(0, 3),
        drop: async () => undefined,
      },
      failed,
    },
    results: {
      limits: { count: 100, bytes: 100, totalBytes: 1e4 },
      shelf: () => new Promise((resolve) => setImmediate(resolve)),
      failed,
    },
    terminal: null,
    hasFiles: false,
  });
}

const followingOf = (live: LiveRun) =>
  createFollowing({
    runs: {} as RunStore,
    results: {} as ResultStore,
    calls: {} as CallStore,
    late: new LateCalls(),
    now: () => 0,
    live: () => live,
    failed: () => undefined,
  });

const shown = (name: string): JobResult => ({
  kind: "shown",
  mediaType: "text/plain",
  name,
  bytes: Buffer.from(name),
  sizeBytes: name.length,
  note: null,
});

interface Piece {
  readonly stream: string;
  readonly text: string;
}

function pieceOf(event: RunEvent): Piece[] {
  if (event.type === "output") return [event];
  if (event.type === "note") return [{ stream: "note", text: event.text }];
  return event.type === "result" ? [{ stream: "result", text: event.result.name ?? "" }] : [];
}

/** Neighbours of one stream are one piece of output, however they were cut; notes and results stay apart. */
function joined(pieces: readonly Piece[]): Piece[] {
  const whole: Piece[] = [];
  for (const { stream, text } of pieces) {
    const last = whole.at(-1);
    if (last?.stream === stream && stream.startsWith("std"))
      whole.splice(-1, 1, { stream, text: last.text + text });
    else whole.push({ stream, text });
  }
  return whole;
}

/** A browser whose line is cut after so many batches, and which comes back with the last number it saw. */
async function watchWithCuts(live: LiveRun, cuts: readonly number[]): Promise<RunEvent[]> {
  const seen: RunEvent[] = [];
  const following = followingOf(live);
  for (const cut of [...cuts, Number.POSITIVE_INFINITY]) {
    let batches = 0;
    const over = await new Promise<boolean>((resolve) => {
      let stop: (() => void) | null = null;
      void following
        .follow(ann, id, seen.at(-1)?.n ?? 0, {
          async events(batch) {
            if (++batches > cut) {
              stop?.();
              resolve(false);
              // The batch was on its way when the line was cut: it never arrives.
              return;
            }
            seen.push(...batch);
            if (batch.some((event) => event.type === "run" && event.run.state === "finished")) resolve(true);
          },
          caughtUp: async () => undefined,
        })
        .then((stopper) => {
          stop = stopper;
          return batches > cut ? stop?.() : undefined;
        });
    });
    if (over) break;
  }
  return seen;
}

test("every byte, note and result arrives once and in order, whatever is cut when", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          stream: fc.constantFrom("stdout", "stderr", "note", "result"),
          text: fc.string({ minLength: 1, maxLength: 12 }),
        }),
        {
          maxLength: 30,
        },
      ),
      fc.array(fc.nat(3), { maxLength: 6 }),
      async (writes, cuts) => {
        const live = liveRun();
        const watching = watchWithCuts(live, cuts);
        for (const { stream, text } of writes) {
          if (stream === "note") live.log.note(text);
          // Not waited for: output comes behind it while it is being stored.
          else if (stream === "result") void live.results.take(shown(text));
          else await live.log.append(stream, Buffer.from(text));
          if (text.length % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
        await live.results.end();
        await live.log.end();
        live.change({ state: "finished" });
        live.over();
        const seen = await watching;
        const numbers = seen.map((event) => event.n);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        expect(joined(seen.flatMap(pieceOf))).toEqual(joined(writes));
      },
    ),
    { numRuns: 60 },
  );
});

test("a run of someone else can't be followed", async () => {
  const stop = await followingOf(liveRun()).follow("b".repeat(20) as OwnerId, id, 0, {
    events: async () => undefined,
    caughtUp: async () => undefined,
  });
  expect(stop).toBeNull();
});
