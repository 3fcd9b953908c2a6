/** Node's side of runner/spawner.py: orders go out, pipes, listeners and ends come back. */
import { spawn, type ChildProcess } from "node:child_process";
import { constants, openSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { done, refused, type Result } from "../../contract/failures.ts";
import type { ListenerHandle } from "../gateway/gateway.ts";
import type { Log } from "../log.ts";

export interface LaunchOrder {
  /** bwrap's options, and the command that it runs. */
  readonly args: readonly string[];
  readonly command: readonly string[];
  /** The host user to run as, or null to stay the server's own (which is then not root). */
  readonly uid: number | null;
  /** All processes and files of the sandbox together; more is answered with SIGKILL. */
  readonly memoryBytes: number;
  readonly input: boolean;
}

/** A sandbox whose interpreter waits for its job. */
export interface Launched {
  readonly stdin: Socket | null;
  readonly stdout: Socket;
  readonly stderr: Socket;
  readonly job: Socket;
  readonly notes: Socket;
  /** 127.0.0.1:443 of the sandbox, or why there is none. */
  readonly listener: Promise<Result<ListenerHandle, string>>;
  /** From now on the program's own doings are in there: watch its memory. */
  watch(): void;
  interrupt(): void;
  kill(): void;
  /** Resolves when bwrap and its process 1 have been waited for, so that no process of the sandbox is left. */
  readonly ended: Promise<SpawnEnd>;
}

export interface SpawnEnd {
  /** bwrap's own: 128 + n when the program ended by signal n. Both null: the spawner itself was lost. */
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly cpuMs: number;
  readonly peakBytes: number;
  readonly outOfMemory: boolean;
}

export interface Spawner {
  /** The error is what went wrong, in the system's words. */
  launch(order: LaunchOrder): Promise<Result<Launched, string>>;
  /** Kills every sandbox and waits until none is left. */
  close(): Promise<void>;
}

export interface SpawnerSetup {
  readonly python: string;
  readonly bwrap: string;
  readonly seccomp: Uint8Array;
  /** Removed by the spawner should the server die without a word. */
  readonly directory: string;
  readonly log: Log;
}

type Pipe = "stdin" | "stdout" | "stderr" | "job" | "notes";
type Report =
  | { readonly event: "started"; readonly id: number; readonly fds: Readonly<Partial<Record<Pipe, number>>> }
  | { readonly event: "listener"; readonly id: number }
  /** Nothing was started. */
  | { readonly event: "refused"; readonly id: number; readonly says: string }
  /** There is no listener; the sandbox is being killed. */
  | { readonly event: "failed"; readonly id: number; readonly says: string }
  | ({ readonly event: "ended"; readonly id: number } & SpawnEnd);

interface Awaited {
  readonly started: PromiseWithResolvers<Result<Launched, string>>;
  readonly listener: PromiseWithResolvers<Result<ListenerHandle, string>>;
  readonly ended: PromiseWithResolvers<SpawnEnd>;
}

const script = join(import.meta.dirname, "../../runner/spawner.py");
const lost: SpawnEnd = { exitCode: null, signal: null, cpuMs: 0, peakBytes: 0, outOfMemory: false };

export function createSpawner(setup: SpawnerSetup): Spawner {
  let child: ChildProcess | null = null;
  let closing = false;
  let lastId = 0;
  const awaited = new Map<number, Awaited>();

  function spawner(): ChildProcess {
    if (child !== null) return child;
    const fresh = spawn(setup.python, ["-I", "-S", "-B", script], {
      env: {},
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      serialization: "json",
    });
    child = fresh;
    fresh.stderr?.on("data", (text: Buffer) => setup.log.error({ text: text.toString() }, "spawner"));
    fresh.on("message", (report, handle) => hear(fresh, report as Report, handle as ListenerHandle));
    fresh.on("error", (error) =>
      setup.log.error({ error: error.message }, "the spawner could not be started"),
    );
    fresh.on("close", (code, signal) => {
      if (child === fresh) child = null;
      if (!closing) setup.log.error({ code, signal }, "the spawner ended, and every sandbox with it");
      for (const waiting of awaited.values()) give(waiting, lost);
      awaited.clear();
    });
    fresh.send({
      do: "setup",
      bwrap: setup.bwrap,
      seccomp: Buffer.from(setup.seccomp).toString("base64"),
      directory: setup.directory,
    });
    return fresh;
  }

  function order(to: ChildProcess, what: string, id: number): void {
    // Once the channel is closed the sandboxes are gone as well: "close" above settles them.
    if (to.connected) to.send({ do: what, id });
  }

  function hear(from: ChildProcess, report: Report, handle: ListenerHandle): void {
    const waiting = awaited.get(report.id);
    if (waiting === undefined) {
      if (report.event === "listener") closeHandle(handle);
      return;
    }
    switch (report.event) {
      case "started":
        waiting.started.resolve(take(from, report, waiting));
        break;
      case "listener":
        waiting.listener.resolve(done(handle));
        break;
      case "refused":
        awaited.delete(report.id);
        waiting.started.resolve(refused(report.says));
        break;
      case "failed":
        waiting.listener.resolve(refused(report.says));
        break;
      case "ended":
        awaited.delete(report.id);
        give(waiting, report);
    }
  }

  function take(
    from: ChildProcess,
    report: Report & { event: "started" },
    waiting: Awaited,
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
    try {
      const launched: Launched = {
        stdin: fds.stdin === undefined ? null : open("stdin", constants.O_WRONLY),
        stdout: open("stdout", constants.O_RDONLY),
        stderr: open("stderr", constants.O_RDONLY),
        job: open("job", constants.O_WRONLY),
        notes: open("notes", constants.O_RDONLY),
        listener: waiting.listener.promise,
        watch: () => order(from, "watch", id),
        interrupt: () => order(from, "interrupt", id),
        kill: () => order(from, "kill", id),
        ended: waiting.ended.promise,
      };
      return done(launched);
    } catch (error) {
      order(from, "kill", id);
      void waiting.listener.promise.then((listener) => listener.ok && closeHandle(listener.value));
      return refused(`the sandbox's pipes could not be opened: ${(error as Error).message}`);
    } finally {
      order(from, "taken", id);
    }
  }

  return {
    async launch(wanted) {
      if (closing) return refused("the server is shutting down");
      const id = (lastId += 1);
      const waiting: Awaited = {
        started: Promise.withResolvers(),
        listener: Promise.withResolvers(),
        ended: Promise.withResolvers(),
      };
      awaited.set(id, waiting);
      const to = spawner();
      if (to.connected) to.send({ do: "start", id, ...wanted });
      return waiting.started.promise;
    },
    async close() {
      closing = true;
      const leaving = child;
      if (leaving === null) return;
      const gone = new Promise((resolve) => leaving.once("close", resolve));
      if (leaving.connected) leaving.send({ do: "close" });
      await gone;
    },
  };
}

/** Whatever has not been told by now will not come. */
function give(waiting: Awaited, end: SpawnEnd): void {
  const gone = "the sandbox ended before it was ready";
  waiting.started.resolve(refused(gone));
  waiting.listener.resolve(refused(gone));
  waiting.ended.resolve(end);
}

export function closeHandle(handle: ListenerHandle): void {
  if (typeof handle === "object" && handle !== null && "close" in handle) (handle.close as () => void)();
}
