/** The Sandbox port on bubblewrap: never the host's root, no network but the gateway, and no run when it can't be made. */
import { statSync } from "node:fs";
import { chown, readFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { done, refused, type Result } from "../../contract/failures.ts";
import { limits } from "../../contract/limits.ts";
import type { Log } from "../log.ts";
import {
  bwrapArguments,
  fileSystemBytes,
  listenerAddress,
  sandboxCommand,
  type View,
  type Way,
} from "./bwrap-arguments.ts";
import { findBwrap } from "./find-bwrap.ts";
import { createHostUsers } from "./host-users.ts";
import { readHostLayout } from "./host-layout.ts";
import { findInterpreter } from "./interpreter.ts";
import { jobTrouble } from "./job-message.ts";
import { explainLaunch, notInTime } from "./launch-troubles.ts";
import { decideNesting, tryOut } from "./nesting.ts";
import { programFacts } from "./program-facts.ts";
import { discard, runJob } from "./running-job.ts";
import { makeRuntimeDirectory, seccompFile } from "./runtime-directory.ts";
import { ordinaryJob } from "./sandbox.ts";
import type {
  Counting,
  Draft,
  Job,
  JobLimits,
  JobSink,
  Nesting,
  RunningJob,
  Sandbox,
  SandboxFailure,
} from "./sandbox.ts";
import { seccompProgram, zygoteSeccompProgram } from "./seccomp-program.ts";
import { checkSandbox, describePython } from "./self-check.ts";
import { endedEarly, type Launched } from "./spawner-port.ts";
import { closeHandle, createSpawner } from "./spawner.ts";
import {
  createWarmInterpreters,
  type Place,
  type WarmBounds,
  type WarmInterpreters,
} from "./warm-interpreters.ts";

export interface BwrapSandboxOptions {
  /** The only authority that programs trust. */
  readonly authorityPem: string;
  /** Absolute path of an interpreter, or null for the system's. */
  readonly python: string | null;
  readonly log: Log;
  /** What may wait for programs to come; null: as this machine's memory allows. */
  readonly warm: WarmBounds | null;
  /** Who makes the runs' namespaces; "auto": nested where that is allowed (nesting.ts). */
  readonly way: Way | "auto";
}

/** Of one program. The memory is each job's own to say: this is what there is for an ordinary one. */
const sandboxLimits: JobLimits = {
  memoryBytes: 1024 * 2 ** 20,
  processes: 128,
  diskBytes: fileSystemBytes["/project"],
};

/** A quarter of the machine's memory, and as many sandboxes as have users of their own. */
const ordinaryBounds = (): WarmBounds => ({
  idleMs: limits.interpreterIdleMs,
  spares: 2,
  most: 64,
  residentBytes: Math.min(4 * 2 ** 30, totalmem() / 4),
});
/** What a page opens with, and what spare interpreters wait for. */
const spare: Placed = { python: null, fileName: "main.py", writableDirectory: null, hosts: [] };

/** How often a start is tried whose sandbox turns out to be gone. */
const mostTries = 3;

/** A sandbox that has not begun its program by then is given up: ordinary starts take some 20 ms. */
const startLimitMs = 20_000;

/** Throws only for what no run could mend (no directory for its files); a broken host is a refusal of each start. */
export async function createBwrapSandbox(options: BwrapSandboxOptions): Promise<Sandbox> {
  const ground = await prepare(options);
  if (!ground.ok) return unusableSandbox(ground.error);
  const ready = ground.value;

  async function attempt(job: Job, sink: JobSink): Promise<Result<RunningJob, string>> {
    const { owner, python, fileName, writableDirectory, hosts, memoryBytes } = job;
    const sources = [...job.files].filter(([path]) => path.endsWith(".py")).map(([, bytes]) => bytes);
    const text = [job.source, ...sources].map((bytes) => Buffer.from(bytes).toString()).join("\n");
    const facts = programFacts(fileName, text, job.files.keys());
    const place = await ready.place({ python, fileName, writableDirectory, hosts });
    const taken = await ready.interpreters.take({
      owner,
      place,
      memoryBytes,
      isKept: owner !== ordinaryJob.owner,
      facts,
    });
    if (!taken.ok) return taken;
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      taken.value.kill();
    }, startLimitMs);
    const attached = await attachListener(taken.value, sink);
    const started = attached.ok ? await runJob(taken.value, job, facts, sink, options.log) : attached;
    clearTimeout(limit);
    if (!started.ok && started.error === endedEarly) ready.interpreters.lost(taken.value);
    return started.ok || !isLate ? started : refused(notInTime);
  }

  async function start(job: Job, sink: JobSink): Promise<Result<RunningJob, SandboxFailure>> {
    const trouble = jobTrouble(job);
    if (trouble !== null)
      return refused({ says: `The program can't be started: ${trouble}.`, hint: "Change it and try again." });
    let started = await attempt(job, sink);
    // What waited had been killed meanwhile, and nothing was run: with the next. That may have been killed at the same time.
    for (let tries = 1; tries < mostTries && !started.ok && started.error === endedEarly; tries += 1)
      started = await attempt(job, sink);
    if (started.ok) return started;
    const { error, cause, advice } = explainLaunch(started.error);
    options.log.warn({ said: started.error.slice(0, 1000), cause }, "a sandbox could not start");
    return refused({ says: cause, hint: advice, error });
  }

  async function prepareFor({ owner, python, fileName, source, files, hosts = [] }: Draft): Promise<void> {
    const place = await ready.place({ python, fileName, writableDirectory: null, hosts });
    const facts = programFacts(fileName, source, files);
    ready.interpreters.prepare({ owner, place, memoryBytes: sandboxLimits.memoryBytes, isKept: true, facts });
  }

  return {
    limits: sandboxLimits,
    prepare: (draft) => void prepareFor(draft),
    forget: (owner) => ready.interpreters.forget(owner),
    start,
    counting: () => ready.counting(),
    nesting: () => ready.nesting(),
    selfCheck: () => checkSandbox(start),
    python: () => describePython(start),
    close: () => ready.close(),
  };
}

type Placed = Pick<Job, "python" | "fileName" | "writableDirectory" | "hosts">;

interface Ground {
  readonly interpreters: WarmInterpreters;
  counting(): Promise<Counting>;
  nesting(): Promise<Nesting>;
  place(job: Placed): Promise<Place>;
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
  const directory = await makeRuntimeDirectory(options.authorityPem, seccompProgram(machine), uid === 0);
  const spawner = createSpawner({
    python: python.value.path,
    bwrap: bwrap.value,
    zygoteSeccomp: zygoteSeccompProgram(machine),
    seccompPath: `/run/site/${seccompFile}`,
    site: directory.site,
    directory: directory.path,
    log: options.log,
  });
  const host = await readHostLayout();
  const placeIn = (way: Way, job: Placed): Place => {
    const { path, directories } = job.python ?? python.value;
    const { etc, site } = directory;
    const names = job.hosts.length === 0 ? null : directory.namesFor(job.hosts);
    return placeFor({ ...job, way, host, etc, names, site, python: path, pythonDirectories: directories });
  };
  const users = createHostUsers(uid, await readFile("/proc/self/uid_map", "utf8"));
  const nesting = decideNesting({
    asked: options.way,
    async attempt(way) {
      const user = users.take();
      if (user === "none") return refused("no user is free to run a program");
      const { args, command, joinedAt } = placeIn(way, spare);
      const order = { args, command, joinedAt, uid: user, modules: [] };
      const tried = await tryOut(spawner, order, sandboxLimits);
      users.giveBack(user);
      return tried;
    },
    log: options.log,
  });
  const place: Ground["place"] = async (job) => placeIn((await nesting()).way, job);
  void spawner.groups.then(({ kind, says }) =>
    options.log.info({ groups: kind, says }, "how runs are limited"),
  );
  return done({
    place,
    nesting,
    async counting() {
      const { kind, says } = await spawner.groups;
      return { by: kind === "none" ? "watcher" : `cgroup ${kind}`, says };
    },
    interpreters: createWarmInterpreters({
      spawner,
      users,
      limits: sandboxLimits,
      bounds: options.warm ?? ordinaryBounds(),
      sparePlace: () => place(spare),
      log: options.log,
    }),
    async close() {
      await spawner.close();
      await directory.remove();
    },
  });
}

function placeFor(view: View): Place {
  const { way, python, pythonDirectories, fileName, writableDirectory, names } = view;
  return {
    key: JSON.stringify([way, python, pythonDirectories.map(identityOf), fileName, names]),
    args: bwrapArguments(view),
    command: sandboxCommand(view),
    isPrivate: writableDirectory !== null,
    isUsedOnce: writableDirectory !== null || way === "single-use",
    joinedAt: way === "single-use" ? listenerAddress(names) : null,
    // The server made it and nobody else can write it yet, so it is what its name says.
    async arrange(uid) {
      if (uid === null || writableDirectory === null) return done(null);
      try {
        await chown(writableDirectory, uid, uid);
        return done(null);
      } catch (error) {
        return refused(`its directory could not be handed over: ${(error as Error).message}`);
      }
    },
  };
}

/** A directory that was removed and made again is another one: what waits would still see the old. */
function identityOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return `${path} ${found?.dev} ${found?.ino} ${found?.birthtimeNs}`;
}

/** Nothing of the job is sent before someone listens. On failure the sandbox is gone, and the error is what it said. */
async function attachListener(launched: Launched, sink: JobSink): Promise<Result<null, string>> {
  const listener = await launched.listener;
  if (!listener.ok) {
    await discard(launched);
    return listener;
  }
  try {
    await sink.listener(listener.value, (port) => launched.ownerOf(port));
    return done(null);
  } catch (error) {
    closeHandle(listener.value);
    await discard(launched);
    return refused(`the gateway could not be attached: ${(error as Error).message}`);
  }
}

function unusableSandbox(failure: SandboxFailure): Sandbox {
  return {
    limits: sandboxLimits,
    prepare: () => undefined,
    forget: () => undefined,
    start: async () => refused(failure),
    counting: async () => ({ by: "watcher", says: failure.says }),
    nesting: async () => ({ way: "nested", says: failure.says }),
    selfCheck: async () => [{ name: "sandbox", refuses: true, ...failure }],
    python: async () => null,
    close: async () => undefined,
  };
}
