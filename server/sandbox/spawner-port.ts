/** What the sandbox asks of its spawner: interpreters that wait, runs forked from them, and how both end. */
import type { Socket } from "node:net";
import type { Result } from "../../contract/failures.ts";
import type { ListenerHandle } from "../gateway/gateway.ts";
import type { OwnerOf } from "../gateway/source-report.ts";
import type { JobUse, TerminalSize } from "./sandbox.ts";

/** What is said of a run whose sandbox went away before its program began. */
export const endedEarly = "the sandbox ended before it was ready";

export interface ZygoteOrder {
  /** bwrap's options, and the command that it runs. */
  readonly args: readonly string[];
  readonly command: readonly string[];
  /** The host user to run as, or null to stay the server's own (which is then not root). */
  readonly uid: number | null;
  /** Imported before it is ready; what is not installed is passed over. */
  readonly modules: readonly string[];
  /**
   * Null: it forks for each run. An address: single-use, it becomes its only run in the namespaces that bwrap made, and the
   * spawner makes the listener there; `fork` may be asked for once.
   */
  readonly joinedAt: string | null;
}

/** A bwrap with an interpreter inside that forks for each run. */
export interface Zygote {
  readonly ready: Promise<Result<ZygoteReport, ZygoteTrouble>>;
  /** The error is what went wrong, in the system's words. */
  fork(order: ForkOrder): Promise<Result<Launched, string>>;
  /** Kills it with every run that it forked. */
  drop(): void;
  /** Resolves when none of its processes is left, but for runs that are about to be told ended. */
  readonly ended: Promise<void>;
}

export interface ZygoteReport {
  /** Top-level names of what is loaded besides what every interpreter has. */
  readonly loaded: readonly string[];
  /** Names of the environment variables that were read while loading. */
  readonly variables: readonly string[];
  readonly residentBytes: number;
}

export type ZygoteTrouble =
  /** A program would notice that this module was loaded before it; try again without. */
  | { readonly kind: "unsafe"; readonly module: string; readonly reason: string }
  | { readonly kind: "ended"; readonly says: string };

export interface ForkOrder {
  /** Frames the order of both streams. */
  readonly mark: Uint8Array;
  /** All processes and files of the run together; more is answered with SIGKILL. */
  readonly memoryBytes: number;
  readonly processes: number;
}

/** A fresh process in namespaces of its own that waits for its job. */
export interface Launched {
  readonly mark: Uint8Array;
  readonly stdin: Socket;
  readonly stdout: Socket;
  readonly stderr: Socket;
  readonly job: Socket;
  readonly notes: Socket;
  readonly results: Socket;
  readonly sources: Socket;
  /** 127.0.0.1:443 of the run, or why there is none. */
  readonly listener: Promise<Result<ListenerHandle, string>>;
  /** Its job is on its way to it: from now on look at what it uses. */
  watch(tell: (use: JobUse) => void): void;
  interrupt(): void;
  resize(size: TerminalSize): void;
  readonly ownerOf: OwnerOf;
  kill(): void;
  /** Resolves when no process of the run is left. */
  readonly ended: Promise<RunEnd>;
}

export interface RunEnd {
  /** Both null: it was killed, or the spawner itself was lost. */
  readonly exitCode: number | null;
  readonly signal: number | null;
  /** CLOCK_MONOTONIC in ns; null when it was killed. */
  readonly endedAtNs: string | null;
  readonly cpuMs: number;
  readonly peakBytes: number;
  readonly outOfMemory: boolean;
  readonly outOfProcesses: boolean;
  readonly fullDisk: string | null;
}

/** How the sum of what a run's processes use is limited. */
export interface GroupLimits {
  readonly kind: "v1" | "v2" | "none";
  /** In words, for the operator: what was found, or why nothing and what can be done. */
  readonly says: string;
}

export interface Spawner {
  readonly groups: Promise<GroupLimits>;
  zygote(order: ZygoteOrder): Zygote;
  /** Kills every sandbox and waits until none is left. */
  close(): Promise<void>;
}
