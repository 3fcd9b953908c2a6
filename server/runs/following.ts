/** Lets a reader follow a run: everything from the log first, then live, at the reader's own pace. */
import type { RunEvent } from "../../contract/events.ts";
import type { OwnerId, RunId, SocketId } from "../../contract/ids.ts";
import { toCall } from "../gateway/call-view.ts";
import type { CallStore } from "../store/call-store.ts";
import type { ResultStore } from "../store/result-store.ts";
import type { RunStore } from "../store/run-store.ts";
import type { Follower, RunFollowing } from "./follow.ts";
import { outputEvent, type LiveRun } from "./live-run.ts";
import { resultEvent } from "./run-results.ts";
import type { LateCalls } from "./late-calls.ts";
import { toRun } from "./run-view.ts";

const batchBytes = 256 * 1024;

export interface FollowingParts {
  readonly runs: RunStore;
  readonly results: ResultStore;
  readonly calls: CallStore;
  readonly late: LateCalls;
  /** Unix ms. */
  readonly now: () => number;
  readonly live: (id: RunId) => LiveRun | undefined;
  /** A reader's own fault or the store's: told once, the following ends. */
  readonly failed: (error: unknown, run: RunId) => void;
}

export interface Following extends RunFollowing {
  /** Tells the session's socket of a run that was started for it; false when it has no such socket. */
  started(socket: SocketId, sessionIdHash: string, run: RunId): boolean;
}

interface Expecting {
  readonly sessionIdHash: string;
  readonly started: (run: RunId) => void;
}

export function createFollowing(parts: FollowingParts): Following {
  const expecting = new Map<SocketId, Expecting>();
  return {
    expect(socket, sessionIdHash, started) {
      expecting.set(socket, { sessionIdHash, started });
      return () => expecting.delete(socket);
    },

    started(socket, sessionIdHash, run) {
      const found = expecting.get(socket);
      if (found?.sessionIdHash !== sessionIdHash) return false;
      found.started(run);
      return true;
    },

    async follow(ownerId, id, after, follower) {
      const live = parts.live(id);
      if (live === undefined ? (await parts.runs.find(ownerId, id)) === null : live.row.ownerId !== ownerId)
        return null;
      const stop = new AbortController();
      const done = followToTheEnd(parts, ownerId, id, live, after, follower, stop.signal);
      done.catch((error: unknown) => parts.failed(error, id));
      // Without a reason an error would be made to be one.
      return () => stop.abort("no longer followed");
    },
  };
}

/** All of the run, and then what becomes of its calls for as long as somebody looks. */
async function followToTheEnd(
  parts: FollowingParts,
  ownerId: OwnerId,
  id: RunId,
  live: LiveRun | undefined,
  after: number,
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  // From before the calls are read, so that no change falls between.
  using late = parts.late.watch(id);
  let seen =
    live === undefined
      ? await replay(parts, ownerId, id, after, follower, signal)
      : await pump(live, after, follower, signal);
  while (!signal.aborted) {
    const calls = await late.next(signal);
    const run = signal.aborted ? null : await parts.runs.find(ownerId, id);
    if (run === null) return;
    const at = parts.now();
    const events: RunEvent[] = calls.map((call) => ({ n: ++seen, at, type: "call", call }));
    await follower.events([...events, { n: ++seen, at, type: "run", run: toRun(run, run) }]);
  }
}

/** Everything of a run that is under way, until it is over; answers with the last number. */
async function pump(live: LiveRun, after: number, follower: Follower, signal: AbortSignal): Promise<number> {
  let seen = after;
  let isCaughtUp = false;
  let wake: () => void = () => undefined;
  const unwatch = live.watch(() => wake());
  signal.addEventListener("abort", () => wake(), { once: true });
  try {
    while (!signal.aborted) {
      const stirred = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const wasOver = live.isOver;
      const events = await live.eventsAfter(seen);
      if (events.length > 0) {
        seen = events.at(-1)?.n ?? seen;
        // What a run begins with: both can go in one packet, and a single event is never parted, so nothing is overtaken.
        if (!isCaughtUp && events.length === 1 && (await live.eventsAfter(seen)).length === 0) {
          isCaughtUp = true;
          await Promise.all([follower.events(events), follower.caughtUp(seen)]);
        } else await follower.events(events);
        continue;
      }
      if (!isCaughtUp) {
        isCaughtUp = true;
        await follower.caughtUp(seen);
      }
      if (wasOver) break;
      await stirred;
    }
  } finally {
    unwatch();
  }
  return seen;
}

/** A run that has ended: output and results from the store, then the run and its calls as they stand; answers with the last number. */
async function replay(
  parts: FollowingParts,
  ownerId: OwnerId,
  id: RunId,
  after: number,
  follower: Follower,
  signal: AbortSignal,
): Promise<number> {
  const run = await parts.runs.find(ownerId, id);
  if (run === null) return after;
  let seen = after;
  let results: readonly RunEvent[] = (await parts.results.list(id))
    .map(resultEvent)
    .filter(({ n }) => n > after);
  while (!signal.aborted) {
    const chunks = await parts.runs.readOutput(id, seen, batchBytes);
    const last = chunks.at(-1);
    if (last === undefined) break;
    const among = results.filter(({ n }) => n < last.n);
    results = results.slice(among.length);
    const output = chunks.map((chunk) => outputEvent(chunk, run.droppedBytes));
    await follower.events([...output, ...among].sort((a, b) => a.n - b.n));
    seen = last.n;
  }
  if (signal.aborted) return seen;
  const calls = await parts.calls.list(ownerId, id);
  const at = run.endedAt ?? run.createdAt;
  seen = Math.max(seen, results.at(-1)?.n ?? 0);
  const standing: RunEvent[] = [...results];
  for (const row of calls) standing.push({ n: ++seen, at, type: "call", call: toCall(row) });
  standing.push({ n: ++seen, at, type: "run", run: toRun(run, run) });
  await follower.events(standing);
  await follower.caughtUp(seen);
  return seen;
}
