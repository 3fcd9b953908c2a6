/** Port: runs one program alone, without a network but the gateway, and tells how it ended. */
import type { Result } from "../../contract/failures.ts";
import type { Stream } from "../../contract/events.ts";
import type { ListenerHandle, OpenHost } from "../gateway/gateway.ts";
import type { OwnerOf, SourceReport } from "../gateway/source-report.ts";

/** An interpreter at its own path, and what else must be seen for it to work; all of it read-only inside. */
export interface PythonPlace {
  /** Absolute path of the executable, links resolved up to a virtual environment's own. */
  readonly path: string;
  /** Directories outside /usr that it needs (its prefix, a virtual environment and its base). */
  readonly directories: readonly string[];
}

/** A terminal's window, in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface Job {
  /** Whose program this is: only programs of one owner may come from the same warm interpreter. */
  readonly owner: string;
  /** Null: the sandbox's own default. */
  readonly python: PythonPlace | null;
  /** A directory of the host that the program may write, at its own path; only for the server's own programs (installing). */
  readonly writableDirectory: string | null;
  /** Null: pipes. Otherwise standard streams are one terminal, and `input` is what is typed there. */
  readonly terminal: TerminalSize | null;
  /** A plain name; the program stands at /project/<fileName> inside. */
  readonly fileName: string;
  readonly source: Uint8Array;
  readonly args: readonly string[];
  /** Added to the sandbox's own fixed environment; never a secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** More files beside the program, by relative path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Names besides OpenRouter's that lead to its listener, each at its own address; then the well-known authorities are trusted, too. */
  readonly hosts: readonly OpenHost[];
  readonly memoryBytes: number;
  /** False: standard input is at its end from the start. */
  readonly input: boolean;
}

/** A program without anything special about it. */
export const ordinaryJob = {
  owner: "server",
  python: null,
  writableDirectory: null,
  terminal: null,
  args: [],
  environment: {},
  files: new Map<string, Uint8Array>(),
  hosts: [],
  input: false,
} as const satisfies Partial<Job>;

/** What a program showed (`display`, `plt.show()`), or a file that it made or changed. Everything in it is hostile. */
export interface JobResult {
  readonly kind: "shown" | "file";
  /** As the program told it for what is shown; null for files. */
  readonly mediaType: string | null;
  /** A title, or the path below the work directory; any text without NUL, at most 1,024 characters. */
  readonly name: string | null;
  /** Null when it was not taken. */
  readonly bytes: Uint8Array | null;
  /** What there was of it, bytes. */
  readonly sizeBytes: number;
  /** Why it was not taken, in words. */
  readonly note: string | null;
}

/** What a program uses now, all its processes together. */
export interface JobUse {
  readonly memoryBytes: number;
  readonly cpuMs: number;
  readonly processes: number;
  /** In the work directory and the temporary ones. */
  readonly diskBytes: number;
}

export interface JobLimits {
  readonly memoryBytes: number;
  readonly processes: number;
  readonly diskBytes: number;
}

export interface JobSink {
  /** In the order in which the program showed them; files come after its end. Like `output`, it holds the program up. */
  result(result: JobResult): void | Promise<void>;
  /** At most a few times a second, when something changed. */
  use(use: JobUse): void;
  /** Bytes in the order in which the program wrote them, over both streams. Output stops being read while the promise is pending. */
  output(stream: Stream, bytes: Uint8Array): void | Promise<void>;
  /** Both streams are at their end: no output comes any more, and the end of the job is told soon. */
  outputOver?(): void;
  /** The program began (or ceased) to wait on its standard input. */
  waiting(waiting: boolean): void;
  /** Who sends a request, mostly just before it is sent. */
  source(report: SourceReport): void;
  /** Called once before the program's first line: hands over 127.0.0.1:443 of the sandbox; with `hosts`, 443 of its whole loopback. */
  listener(handle: ListenerHandle, ownerOf: OwnerOf): Promise<void>;
}

export interface JobEnd {
  readonly exitCode: number | null;
  /** "SIGKILL" and the like when the program ended by a signal. */
  readonly signal: string | null;
  readonly outOfMemory: boolean;
  /** It was refused another process or thread because it had as many as it may. */
  readonly outOfProcesses: boolean;
  /** The file system that was full when it ended: "/project", "/tmp" or "/dev/shm". */
  readonly fullDisk: string | null;
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
  /** Tells the terminal its new size; nothing without one. */
  resize(size: TerminalSize): void;
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
  /** The system's own words, one line of them, where there were any: for the operator. */
  readonly error?: string;
}

/** One thing that the self-check found: `refuses` means that no run may start. */
export interface Weakness extends SandboxFailure {
  readonly name: string;
  readonly refuses: boolean;
}

/** What counts, and bounds, what all processes of a run use together. */
export interface Counting {
  /** `watcher`: no control groups; what is used is looked at from outside, a few times a second. */
  readonly by: "cgroup v2" | "cgroup v1" | "watcher";
  /** In words, for the operator: what was found, or why nothing better and what can be done. */
  readonly says: string;
}

/** Who makes the namespaces of a run; what a program meets is the same. */
export interface Nesting {
  /** `nested`: a waiting interpreter that it is forked from. `single-use`: bubblewrap, for an interpreter that serves one run. */
  readonly way: "nested" | "single-use";
  /** In words, for the operator: which, and why not the other. */
  readonly says: string;
}

/** What is known of a program before it is run. */
export interface Draft {
  readonly owner: string;
  readonly python: PythonPlace | null;
  readonly fileName: string;
  readonly source: string;
  /** Paths of the files beside it. */
  readonly files: readonly string[];
  /** As `Job.hosts`; none when absent. */
  readonly hosts?: readonly OpenHost[];
}

export interface Sandbox {
  /** What every program may use at most. */
  readonly limits: JobLimits;
  /** Has an interpreter wait for this program, with its imports loaded. The text is looked at, never run. */
  prepare(draft: Draft): void;
  /** The owner is gone for now: nothing needs to wait for them any more. */
  forget(owner: string): void;
  /** The value's program is running; an error means that nothing was run. */
  start(job: Job, sink: JobSink): Promise<Result<RunningJob, SandboxFailure>>;
  counting(): Promise<Counting>;
  nesting(): Promise<Nesting>;
  /** Runs the real argument list with a probe program; empty when all is well. */
  selfCheck(): Promise<readonly Weakness[]>;
  /** "3.11.2" and the importable packages of the interpreter that runs will use. */
  python(): Promise<{ readonly version: string; readonly packages: readonly string[] } | null>;
  /** Kills what runs and removes every file of this server's sandboxes. */
  close(): Promise<void>;
}

/** A sink for which only what is named matters. */
export const quietSink = {
  output: () => undefined,
  waiting: () => undefined,
  result: () => undefined,
  use: () => undefined,
  source: () => undefined,
} as const satisfies Partial<JobSink>;
