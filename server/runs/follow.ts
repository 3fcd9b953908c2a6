/** Port: how the event socket reads a run. The log is the buffer; the follower only remembers the last number it saw. */
import type { RunEvent } from "../../contract/events.ts";
import type { OwnerId, RunId, SocketId } from "../../contract/ids.ts";

export interface Follower {
  /**
   * Takes the next events in order: first the log after the asked number, then the run and its calls as they stand, then
   * everything live. The next batch comes only after the promise has resolved, so a slow reader is never overrun.
   */
  events(batch: readonly RunEvent[]): Promise<void>;
  /** All that was there at the start has been handed over. May come while a batch of a single event is being taken. */
  caughtUp(n: number): Promise<void>;
}

export interface RunFollowing {
  /** Null when the owner has no such run. The returned function stops following; it may be called twice. */
  follow(ownerId: OwnerId, run: RunId, after: number, follower: Follower): Promise<(() => void) | null>;
  /** Calls `started` for each run of this session that is started for this socket, until the returned function is called. */
  expect(socket: SocketId, sessionIdHash: string, started: (run: RunId) => void): () => void;
}
