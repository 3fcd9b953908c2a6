/** Port: runs one program alone, without a network but the gateway, and tells how it ended. */
import type { Result } from "../../contract/failures.ts";
import type { Stream } from "../../contract/events.ts";
import type { ListenerHandle } from "../gateway/gateway.ts";

export interface Job {
  /** A plain name; the program stands at /project/<fileName> inside. */
  readonly fileName: string;
  readonly source: Uint8Array;
  readonly args: readonly string[];
  /** Added to the sandbox's own fixed environment; never a secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** More files beside the program, by relative path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly memoryBytes: number;
  /** False: standard input is at its end from the start. */
  readonly input: boolean;
}

export interface JobSink {
  /** Bytes in the order in which the program wrote them, over both streams. Output stops being read while the promise is pending. */
  output(stream: Stream, bytes: Uint8Array): void | Promise<void>;
  /** The program began (or ceased) to wait on its standard input. */
  waiting(waiting: boolean): void;
  /** Called once before the program's first line: hands over 127.0.0.1:443 of the sandbox. */
  listener(handle: ListenerHandle): Promise<void>;
}

export interface JobEnd {
  readonly exitCode: number | null;
  /** "SIGKILL" and the like when the program ended by a signal. */
  readonly signal: string | null;
  readonly outOfMemory: boolean;
  /** From the program's first line to its end, ms. */
  readonly wallMs: number;
  /** User and system time of the program with its children, ms. */
  readonly cpuMs: number;
  /** Largest resident set seen, bytes. */
  readonly peakBytes: number;
}

export interface RunningJob {
  /** False when the program has not read what was written before (`limits.inputWaitingBytes`): nothing was taken. */
  write(input: Uint8Array): boolean;
  closeInput(): void;
  /** SIGINT to the program. */
  interrupt(): void;
  /** SIGKILL to everything in the sandbox. */
  kill(): void;
  /** Resolves after all output has been handed over and nothing of the sandbox is left. Never rejects. */
  readonly ended: Promise<JobEnd>;
}

export interface SandboxFailure {
  readonly says: string;
  readonly hint: string;
}

/** One thing that the self-check found: `refuses` means that no run may start. */
export interface Weakness extends SandboxFailure {
  readonly name: string;
  readonly refuses: boolean;
}

export interface Sandbox {
  /** The value's program is running; an error means that nothing was run. */
  start(job: Job, sink: JobSink): Promise<Result<RunningJob, SandboxFailure>>;
  /** Runs the real argument list with a probe program; empty when all is well. */
  selfCheck(): Promise<readonly Weakness[]>;
  /** "3.11.2" and the importable packages of the interpreter that runs will use. */
  python(): Promise<{ readonly version: string; readonly packages: readonly string[] } | null>;
  /** Kills what runs and removes every file of this server's sandboxes. */
  close(): Promise<void>;
}
