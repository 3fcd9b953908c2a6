/** What the event socket carries, server to browser only: numbered events of one run, and the signs of life around them. */
import * as z from "zod/mini";
import { Call } from "./calls.ts";
import { Installation } from "./environments.ts";
import { FailureReply } from "./failures.ts";
import { RunId, SocketId } from "./ids.ts";
import { RunResult } from "./results.ts";
import { Run } from "./runs.ts";

/** Raised when the meaning of a message changes; a page with another number reloads (unsaved text is kept). */
export const socketProtocol = 3;

export const Stream = z.enum(["stdout", "stderr"]);
export type Stream = z.infer<typeof Stream>;

/** What all processes of a run use now, beside what they may. Disk is the work directory and the temporary ones. */
export const RunUse = z.object({
  memoryBytes: z.number(),
  memoryLimitBytes: z.number(),
  /** User and system time so far. */
  cpuMs: z.number(),
  processes: z.int(),
  processLimit: z.int(),
  diskBytes: z.number(),
  diskLimitBytes: z.number(),
});
export type RunUse = z.infer<typeof RunUse>;

const numbered = {
  /** Counts a run's events from 1; an event seen twice changes nothing. */
  n: z.int(),
  /** Unix time in ms. */
  at: z.number(),
};

export const RunEvent = z.discriminatedUnion("type", [
  z.object({ ...numbered, type: z.literal("output"), stream: Stream, text: z.string() }),
  /** Output that the log could not keep stands here no more. */
  z.object({ ...numbered, type: z.literal("gap"), droppedBytes: z.number() }),
  /** The server's own words in place in the output: never mixed into the program's streams. */
  z.object({ ...numbered, type: z.literal("note"), text: z.string() }),
  /** The program showed something, or a file of its own was taken after its end; the bytes are at `getResult`. */
  z.object({ ...numbered, type: z.literal("result"), result: RunResult }),
  z.object({ ...numbered, type: z.literal("run"), run: Run }),
  z.object({ ...numbered, type: z.literal("call"), call: Call }),
  /** The program waits on its standard input (or no longer does). */
  z.object({ ...numbered, type: z.literal("waiting"), waiting: z.boolean() }),
  /** Live only; a newer one replaces an older one. */
  z.object({ ...numbered, type: z.literal("use"), use: RunUse }),
]);
export type RunEvent = z.infer<typeof RunEvent>;

/**
 * On connect: `hello`. With a run in the query (`/api/events?run=ID&after=N`): the output and results after N from the log, the
 * run and its calls as they stand, `caught-up`, then everything live. One run at a time: the newest that was asked for.
 */
export const SocketMessage = z.discriminatedUnion("type", [
  /** `socket` names this connection: a run that is started for it (`StartRun.socket`) is followed here from its first event. */
  z.object({ type: z.literal("hello"), protocol: z.int(), version: z.string(), socket: SocketId }),
  z.object({ type: z.literal("events"), runId: RunId, events: z.array(RunEvent) }),
  z.object({ type: z.literal("caught-up"), runId: RunId, n: z.int() }),
  /** An installation of this session as it stands now: to every socket of it, each time something changed. */
  z.object({ type: z.literal("installation"), installation: Installation }),
  z.object({ type: z.literal("failure"), failure: FailureReply }),
]);
export type SocketMessage = z.infer<typeof SocketMessage>;
