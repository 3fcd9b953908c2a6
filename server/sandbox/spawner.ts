/** Node's side of runner/spawner.py: orders go out, pipes, listeners and ends come back. */
import { spawn, type ChildProcess } from "node:child_process";
import { constants, openSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { done, refused, type Result } from "../../contract/failures.ts";
import type { ListenerHandle } from "../gateway/gateway.ts";
import type { Log } from "../log.ts";
import { createOwners, type Owners } from "./owners.ts";
import type { JobUse } from "./sandbox.ts";
import {
  endedEarly,
  type ForkOrder,
  type GroupLimits,
  type Launched,
  type RunEnd,
  type Spawner,
  type ZygoteReport,
  type ZygoteTrouble,
} from "./spawner-port.ts";

export interface SpawnerSetup {
  readonly python: string;
  readonly bwrap: string;
  /** Of the zygotes, which make namespaces. */
  readonly zygoteSeccomp: Uint8Array;
  /** Of the programs: a file that the sandboxes see, by its path inside. */
  readonly seccompPath: string;
  /** The directory of what runs inside before a program does. */
  readonly site: string;
  /** Removed by the spawner should the server die without a word. */
  readonly directory: string;
  readonly log: Log;
}

type Pipe = "stdin" | "stdout" | "stderr" | "job" | "notes" | "results" | "sources";
interface OfLimits {
  readonly id: 0;
  readonly event: "limits";
  readonly kind: "v1" | "v2" | "none";
  readonly says: string;
}
type OfZygote = { readonly id: number } & (
  | ({ readonly event: "zygote-ready" } & ZygoteReport)
  | { readonly event: "zygote-unsafe"; readonly module: string; readonly reason: string }
  | { readonly event: "zygote-ended"; readonly says: string }
);
type OfRun = { readonly id: number } & (
  | { readonly event: "started"; readonly fds: Readonly<Record<Pipe, number>> }
  | { readonly event: "listener" }
  /** Nothing was started. */
  | { readonly event: "refused"; readonly says: string }
  /** There is no listener; the run is being killed. */
  | { readonly event: "failed"; readonly says: string }
  | ({ readonly event: "use" } & JobUse)
  | { readonly event: "owner"; readonly says: string }
  | ({ readonly event: "ended" } & RunEnd)
);

interface AwaitedZygote {
  readonly ready: PromiseWithResolvers<Result<ZygoteReport, ZygoteTrouble>>;
  readonly ended: PromiseWithResolvers<void>;
}
interface AwaitedRun {
  readonly mark: Uint8Array;
  readonly started: PromiseWithResolvers<Result<Launched, string>>;
  readonly listener: PromiseWithResolvers<Result<ListenerHandle, string>>;
  readonly ended: PromiseWithResolvers<RunEnd>;
  use: (use: JobUse) => void;
  /** Until its use is looked at. */
  unwatched: NodeJS.Timeout | null;
  /** Why its pipes could not be opened here. */
  untaken: string | null;
  readonly owners: Owners;
}

const script = join(import.meta.dirname, "../../runner/spawner.py");
const lost: RunEnd = {
  exitCode: null,
  signal: null,
  endedAtNs: null,
  cpuMs: 0,
  peakBytes: 0,
  outOfMemory: false,
  outOfProcesses: false,
  fullDisk: null,
};
/** Forks under way at once: each needs a dozen descriptors here and there until it is handed over. */
const mostAtOnce = 8;
/**
 * What a run uses is looked at ten times a second (runner/runs.py). So long after it began that is asked for, ms: to ask wakes the spawner,
 * which would stand between a short program and its first output. What is over by then is told with its end.
 */
const watchedAfterMs = 20;

export function createSpawner(setup: SpawnerSetup): Spawner {
  let child: ChildProcess | null = null;
  let closing = false;
  let lastId = 0;
  let underWay = 0;
  const queued: (() => void)[] = [];
  const grouped = Promise.withResolvers<GroupLimits>();
  const zygotes = new Map<number, AwaitedZygote>();
  const runs = new Map<number, AwaitedRun>();

  function spawner(): ChildProcess {
    if (child !== null) return child;
    const words = [script, String(process.pid), setup.directory];
    const fresh = spawn(setup.python, ["-I", "-S", "-B", ...words], {
      env: {},
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      serialization: "json",
    });
    child = fresh;
    fresh.stderr?.on("data", (text: Buffer) => setup.log.error({ text: text.toString() }, "spawner"));
    fresh.on("message", (message, handle) => {
      const report = message as OfLimits | OfZygote | OfRun;
      if (report.event === "limits") grouped.resolve(report);
      else if (isOfZygote(report)) hearZygote(report);
      else hearRun(fresh, report, handle as ListenerHandle);
    });
    const lose = (why: object): void => {
      if (child === fresh) child = null;
      if (!closing) setup.log.error(why, "the spawner ended, and every sandbox with it");
      grouped.resolve({ kind: "none", says: "The part that starts sandboxes ended before it could say." });
      for (const waiting of runs.values()) give(waiting, lost);
      for (const zygote of zygotes.values()) bury(zygote, endedEarly);
      runs.clear();
      zygotes.clear();
    };
    // One that could not be started at all (no room for a process) closes nothing.
    fresh.on("error", (error) => fresh.pid === undefined && lose({ err: error }));
    fresh.on("close", (code, signal) => lose({ code, signal }));
    if (fresh.pid === undefined) return fresh;
    fresh.send({
      do: "setup",
      bwrap: setup.bwrap,
      zygoteSeccomp: Buffer.from(setup.zygoteSeccomp).toString("base64"),
      seccompPath: setup.seccompPath,
      site: setup.site,
    });
    return fresh;
  }

  function order(to: ChildProcess, what: string, id: number, more: object = {}): void {
    // Once the channel is closed the sandboxes are gone as well: "close" above settles them.
    if (to.connected) to.send({ do: what, id, ...more });
  }

  function hearZygote(report: OfZygote): void {
    const zygote = zygotes.get(report.id);
    if (zygote === undefined) return;
    if (report.event === "zygote-ready") zygote.ready.resolve(done(report));
    else if (report.event === "zygote-unsafe") zygote.ready.resolve(refused({ kind: "unsafe", ...report }));
    else {
      zygotes.delete(report.id);
      bury(zygote, report.says);
    }
  }

  function hearRun(from: ChildProcess, report: OfRun, handle: ListenerHandle): void {
    const waiting = runs.get(report.id);
    if (waiting === undefined) {
      if (report.event === "listener") closeHandle(handle);
      return;
    }
    switch (report.event) {
      case "started":
        begun(waiting, take(from, report, waiting));
        break;
      case "listener":
        if (waiting.untaken !== null) closeHandle(handle);
        else waiting.listener.resolve(done(handle));
        break;
      case "refused":
        runs.delete(report.id);
        waiting.started.resolve(refused(report.says));
        break;
      case "failed":
        waiting.listener.resolve(refused(report.says));
        waiting.started.resolve(refused(report.says));
        break;
      case "owner":
        waiting.owners.heard(report.says);
        break;
      case "use":
        waiting.use(report);
        break;
      case "ended":
        runs.delete(report.id);
        if (waiting.untaken !== null) waiting.started.resolve(refused(waiting.untaken));
        give(waiting, report);
    }
  }

  function take(
    from: ChildProcess,
    report: OfRun & { event: "started" },
    waiting: AwaitedRun,
  ): Result<Launched, string> {
    const { id, fds } = report;
    const open = (name: Pipe, flags: number): Socket => {
      const fd = openSync(`/proc/${from.pid}/fd/${fds[name]}`, flags | constants.O_NONBLOCK);
      const reads = flags === constants.O_RDONLY;
      const socket = new Socket({ fd, readable: reads, writable: !reads });
      // A reader that is gone (EPIPE) is no failure of ours: the program may close its input.
      socket.on("error", (error) =>
        setup.log.debug({ name, error: error.message }, "a program's pipe broke"),
      );
      return socket;
    };
    const watchNow = (): void => {
      if (waiting.unwatched === null) return;
      unwatch(waiting);
      order(from, "watch", id);
    };
    try {
      const launched: Launched = {
        mark: waiting.mark,
        stdin: open("stdin", constants.O_WRONLY),
        stdout: open("stdout", constants.O_RDONLY),
        stderr: open("stderr", constants.O_RDONLY),
        job: open("job", constants.O_WRONLY),
        notes: open("notes", constants.O_RDONLY),
        results: open("results", constants.O_RDONLY),
        sources: open("sources", constants.O_RDONLY),
        listener: waiting.listener.promise,
        watch(tell) {
          waiting.use = tell;
          waiting.unwatched = setTimeout(watchNow, watchedAfterMs);
        },
        interrupt: () => order(from, "interrupt", id),
        resize: (size) => order(from, "resize", id, size),
        ownerOf: waiting.owners.of,
        kill() {
          // Its figures are taken before it is killed.
          watchNow();
          order(from, "kill", id);
        },
        ended: waiting.ended.promise,
      };
      return done(launched);
    } catch (error) {
      order(from, "kill", id);
      return refused(`the sandbox's pipes could not be opened: ${(error as Error).message}`);
    } finally {
      order(from, "taken", id);
    }
  }

  async function fork(zygote: number, wanted: ForkOrder): Promise<Result<Launched, string>> {
    if (underWay >= mostAtOnce) await new Promise<void>((resolve) => queued.push(resolve));
    underWay += 1;
    const forked = await begin(zygote, wanted);
    if (forked.ok) await forked.value.listener;
    underWay -= 1;
    queued.shift()?.();
    return forked;
  }

  async function begin(zygote: number, wanted: ForkOrder): Promise<Result<Launched, string>> {
    if (closing) return refused("the server is shutting down");
    if (!zygotes.has(zygote) || child === null) return refused(endedEarly);
    const id = (lastId += 1);
    const waiting: AwaitedRun = {
      mark: wanted.mark,
      started: Promise.withResolvers(),
      listener: Promise.withResolvers(),
      ended: Promise.withResolvers(),
      use: () => undefined,
      unwatched: null,
      untaken: null,
      owners: createOwners((port) => order(from, "owner", id, { port })),
    };
    const from = child;
    runs.set(id, waiting);
    order(child, "fork", id, { zygote, ...wanted, mark: Buffer.from(wanted.mark).toString("hex") });
    return waiting.started.promise;
  }

  // At once: it also removes what a server leaves that dies before its first run.
  spawner();
  return {
    groups: grouped.promise,
    zygote(wanted) {
      const id = (lastId += 1);
      const awaited: AwaitedZygote = { ready: Promise.withResolvers(), ended: Promise.withResolvers() };
      if (closing) bury(awaited, "the server is shutting down");
      else {
        zygotes.set(id, awaited);
        order(spawner(), "zygote", id, wanted);
      }
      return {
        ready: awaited.ready.promise,
        fork: (forkOrder) => fork(id, forkOrder),
        drop: () => child !== null && order(child, "drop", id),
        ended: awaited.ended.promise,
      };
    },
    async close() {
      closing = true;
      const leaving = child;
      if (leaving === null || leaving.pid === undefined) return;
      const closed = new Promise((resolve) => leaving.once("close", resolve));
      if (leaving.connected) leaving.send({ do: "close" });
      await closed;
    },
  };
}

const isOfZygote = (report: OfZygote | OfRun): report is OfZygote => report.event.startsWith("zygote-");

/** What was refused inside may be over before its pipes are opened here: then the reason that is told next is the better one. */
function begun(waiting: AwaitedRun, launched: Result<Launched, string>): void {
  if (launched.ok) waiting.started.resolve(launched);
  else waiting.untaken = launched.error;
}

function unwatch(waiting: AwaitedRun): void {
  if (waiting.unwatched !== null) clearTimeout(waiting.unwatched);
  waiting.unwatched = null;
}

/** Whatever has not been told by now will not come. */
function give(waiting: AwaitedRun, end: RunEnd): void {
  unwatch(waiting);
  waiting.started.resolve(refused(endedEarly));
  waiting.listener.resolve(refused(endedEarly));
  waiting.ended.resolve(end);
  waiting.owners.end();
}

function bury(zygote: AwaitedZygote, says: string): void {
  zygote.ready.resolve(refused({ kind: "ended", says: says.trim() === "" ? endedEarly : says }));
  zygote.ended.resolve();
}

export function closeHandle(handle: ListenerHandle): void {
  if (typeof handle === "object" && handle !== null && "close" in handle) (handle.close as () => void)();
}
