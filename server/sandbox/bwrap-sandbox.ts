/** The Sandbox port on bubblewrap: never the host's root, no network but the gateway, and no run when it can't be made. */
import { readFile } from "node:fs/promises";
import { done, refused, type Result } from "../../contract/failures.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { fileSystemBytes } from "./bwrap-arguments.ts";
import { findBwrap } from "./find-bwrap.ts";
import { readHostLayout } from "./host-layout.ts";
import { findInterpreter } from "./interpreter.ts";
import { jobTrouble } from "./job-message.ts";
import { explainLaunch, notInTime } from "./launch-troubles.ts";
import { lastWordsOf, runJob } from "./running-job.ts";
import { makeRuntimeDirectory } from "./runtime-directory.ts";
import type { Job, JobLimits, JobSink, RunningJob, Sandbox, SandboxFailure } from "./sandbox.ts";
import { seccompProgram } from "./seccomp-program.ts";
import { checkSandbox, describePython } from "./self-check.ts";
import { closeHandle, createSpawner, type Launched } from "./spawner.ts";
import { coldInterpreters, createUsers, type Interpreters } from "./waiting-interpreter.ts";

export interface BwrapSandboxOptions {
  /** The only authority that programs trust. */
  readonly authorityPem: string;
  /** Absolute path of an interpreter, or null for the system's. */
  readonly python: string | null;
  readonly clock: Clock;
  readonly log: Log;
}

/** Of one program. The memory is each job's own to say: this is what there is for an ordinary one. */
const sandboxLimits: JobLimits = {
  memoryBytes: 1024 * 2 ** 20,
  processes: 128,
  diskBytes: fileSystemBytes["/project"],
};

/** A sandbox that has not begun its program by then is given up: ordinary starts take some 20 ms. */
const startLimitMs = 20_000;

/** Throws only for what no run could mend (no directory for its files); a broken host is a refusal of each start. */
export async function createBwrapSandbox(options: BwrapSandboxOptions): Promise<Sandbox> {
  const ground = await prepare(options);
  if (!ground.ok) return unusableSandbox(ground.error);
  const ready = ground.value;

  async function attempt(job: Job, sink: JobSink): Promise<Result<RunningJob, string>> {
    const taken = await ready.interpreters.take(job);
    if (!taken.ok) return taken;
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      taken.value.kill();
    }, startLimitMs);
    const attached = await attachListener(taken.value, sink);
    const started = attached.ok ? await runJob(taken.value, job, sink, options) : attached;
    clearTimeout(limit);
    return started.ok || !isLate ? started : refused(notInTime);
  }

  async function start(job: Job, sink: JobSink): Promise<Result<RunningJob, SandboxFailure>> {
    const trouble = jobTrouble(job);
    if (trouble !== null)
      return refused({ says: `The program can't be started: ${trouble}.`, hint: "Change it and try again." });
    let started = await attempt(job, sink);
    if (!started.ok && explainLaunch(started.error).withoutDisableUserns && ready.withoutDisableUserns()) {
      started = await attempt(job, sink);
    }
    if (started.ok) return started;
    const { cause, advice } = explainLaunch(started.error);
    options.log.warn({ said: started.error.slice(0, 1000), cause }, "a sandbox could not start");
    return refused({ says: cause, hint: advice });
  }

  return {
    limits: sandboxLimits,
    prepare: () => undefined,
    forget: () => undefined,
    start,
    selfCheck: () => checkSandbox(start),
    python: () => describePython(start),
    close: () => ready.close(),
  };
}

interface Ground {
  readonly interpreters: Interpreters;
  /** Leaves the option out from now on; false when it was already. */
  withoutDisableUserns(): boolean;
  close(): Promise<void>;
}

async function prepare(options: BwrapSandboxOptions): Promise<Result<Ground, SandboxFailure>> {
  const machine = process.arch;
  if (process.platform !== "linux" || (machine !== "x64" && machine !== "arm64")) {
    return refused({
      says: `Sandboxes need Linux on x86-64 or aarch64; this is ${process.platform} on ${machine}.`,
      hint: "Run the server in a Linux virtual machine or container.",
    });
  }
  const bwrap = await findBwrap();
  if (!bwrap.ok) return bwrap;
  const python = await findInterpreter(options.python);
  if (!python.ok) return python;
  const uid = process.getuid?.() ?? 0;
  const directory = await makeRuntimeDirectory(options.authorityPem, uid === 0);
  const spawner = createSpawner({
    python: python.value.path,
    bwrap: bwrap.value,
    seccomp: seccompProgram(machine),
    directory: directory.path,
    log: options.log,
  });
  const host = await readHostLayout();
  let disableUserNamespaces = true;
  const users = createUsers(uid, await readFile("/proc/self/uid_map", "utf8"));
  const interpreters = coldInterpreters(spawner, users, () => ({
    host,
    etc: directory.etc,
    site: directory.site,
    python: python.value.path,
    pythonDirectories: python.value.directories,
    disableUserNamespaces,
  }));
  return done({
    interpreters,
    withoutDisableUserns() {
      const was = disableUserNamespaces;
      disableUserNamespaces = false;
      return was;
    },
    async close() {
      await spawner.close();
      await directory.remove();
    },
  });
}

/** Nothing of the job is sent before someone listens. On failure the sandbox is gone, and the error is what it said. */
async function attachListener(launched: Launched, sink: JobSink): Promise<Result<null, string>> {
  const listener = await launched.listener;
  if (!listener.ok) {
    launched.kill();
    const said = await lastWordsOf(launched);
    return refused(said.trim() === "" ? listener.error : said);
  }
  try {
    await sink.listener(listener.value);
    return done(null);
  } catch (error) {
    closeHandle(listener.value);
    launched.kill();
    await lastWordsOf(launched);
    return refused(`the gateway could not be attached: ${(error as Error).message}`);
  }
}

function unusableSandbox(failure: SandboxFailure): Sandbox {
  return {
    limits: sandboxLimits,
    prepare: () => undefined,
    forget: () => undefined,
    start: async () => refused(failure),
    selfCheck: async () => [{ name: "sandbox", refuses: true, ...failure }],
    python: async () => null,
    close: async () => undefined,
  };
}
