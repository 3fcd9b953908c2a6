/** Takes one run from its row to its end: a place, a sandbox, the program, and what came of it. State is written before its effect. */
import type { Call } from "../../contract/calls.ts";
import type { RunUse } from "../../contract/events.ts";
import type { Result } from "../../contract/failures.ts";
import type { OwnerId } from "../../contract/ids.ts";
import type { SetReach } from "../../contract/session.ts";
import { limits } from "../../contract/limits.ts";
import type { RunState } from "../../contract/runs.ts";
import type { Clock } from "../clock.ts";
import { createCallOrder } from "../gateway/call-order.ts";
import type { Gateway, OpenHost, RunMoney } from "../gateway/gateway.ts";
import type { Log } from "../log.ts";
import type { Upstream } from "../openrouter/upstream.ts";
import {
  ordinaryJob,
  type JobUse,
  type PythonPlace,
  type Sandbox,
  type SandboxFailure,
} from "../sandbox/sandbox.ts";
import type { RunChange, RunRow, RunStore } from "../store/run-store.ts";
import { placeholderKey, runEnvironment } from "./environment.ts";
import { execute, type ExecutionEnd } from "./execute.ts";
import type { LiveRun } from "./live-run.ts";
import type { Places } from "./places.ts";
import { hasEnded, mayFollow } from "./run-states.ts";

export interface DriveParts {
  readonly sandbox: Sandbox;
  readonly gateway: Gateway;
  readonly runs: RunStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly memoryBytes: number;
  /** Hears of each change of a call. */
  readonly called: (call: Call) => void;
  /** What an owner's programs may reach now, and the same hosts with their addresses inside. */
  readonly reachOf: (owner: OwnerId) => Promise<SetReach>;
  readonly hostsOf: (owner: OwnerId) => Promise<readonly OpenHost[]>;
  /** What the run's calls are held to and priced by; it is opened before the program starts. */
  readonly moneyFor: (row: RunRow, heldPicoUsd?: bigint) => Promise<Omit<RunMoney, "stop">>;
  /**
   * What a program runs with, made first if need be; null: the sandbox's default. `note` hears what goes on when that takes
   * time; `signal` gives it up.
   */
  readonly environmentFor: (
    ownerId: OwnerId,
    source: string,
    note: (text: string) => void,
    signal: AbortSignal,
  ) => Promise<Result<PythonPlace | null, SandboxFailure>>;
}

type EndChange = RunChange & { readonly state: RunState };

/** Takes one run from queued to its end. Never rejects: what goes wrong becomes the run's end and a line in the log. */
export async function driveRun(
  parts: DriveParts,
  places: Places,
  run: LiveRun,
  upstream: Upstream,
): Promise<void> {
  const leave = await places.claim(run.row.ownerId, run.cancelled.signal);
  try {
    if (leave === null) await settle(parts, run, stoppedBefore);
    else await runToEnd(parts, run, upstream);
  } catch (error) {
    parts.log.error({ run: run.row.id, err: error }, "a run broke");
    await giveUp(parts, run);
  } finally {
    leave?.();
    run.over();
    void parts.runs
      .prune(run.row.ownerId, limits.runsPerOwner)
      .catch((error: unknown) => parts.log.warn({ err: error }, "old runs could not be removed"));
    const { id, state, reason, wallMs, cpuMs, peakBytes, outputBytes } = run.row;
    const { callCount } = run.sums();
    parts.log.info({ run: id, state, reason, wallMs, cpuMs, peakBytes, outputBytes, callCount }, "run ended");
  }
}

async function runToEnd(parts: DriveParts, run: LiveRun, upstream: Upstream): Promise<void> {
  const python = await prepare(parts, run);
  if (!python.ok) return settle(parts, run, notStarted(run, python.error));
  // Told, not written, like "running": its row was there before, and a crash finds either as lost.
  change(run, { state: "starting" });
  // Beside the program's beginning, not before it.
  setImmediate(() => upstream.warm());
  const money = await parts.moneyFor(run.row);
  try {
    await runWith(parts, run, upstream, python.value, { ...money, stop: () => run.stopForRepeats() });
  } finally {
    run.under = null;
    money.account.close();
  }
}

async function runWith(
  parts: DriveParts,
  run: LiveRun,
  upstream: Upstream,
  python: PythonPlace | null,
  money: RunMoney,
): Promise<void> {
  const { row } = run;
  const hosts = await parts.hostsOf(row.ownerId);
  const order = createCallOrder(() => parts.clock.monotonic());
  run.under = { order, money };
  const job = {
    ...ordinaryJob,
    owner: row.ownerId,
    python,
    fileName: row.fileName,
    source: Buffer.from(row.code, "utf8"),
    args: row.args,
    environment: runEnvironment(placeholderKey(), row.model),
    files: await filesOf(parts, run),
    hosts,
    terminal: run.terminal,
    memoryBytes: parts.memoryBytes,
    input: true,
  };
  const started = await execute(
    parts,
    job,
    {
      runId: row.id,
      ownerId: row.ownerId,
      upstream,
      changed: parts.called,
      order,
      money,
      reach: {
        hosts,
        current: () => parts.reachOf(row.ownerId),
        note: (text) => run.log.note(text),
      },
    },
    row.timeoutMs,
    {
      output: (stream, bytes) => run.log.append(stream, bytes),
      // Stored while the end is on its way.
      outputOver: () => run.log.store(),
      waiting: (waiting) => run.waits(waiting),
      result: (result) => run.results.take(result),
      use: (use) => run.uses(besideLimits(parts, use)),
    },
  );
  if (!started.ok) return settle(parts, run, refusedFor(started.error));
  run.begun(started.value);
  // A stop that came while the sandbox was starting found nothing to stop.
  if (run.cancelled.signal.aborted) started.value.stop("stopped");
  check(run, { state: "running" });
  run.runs(parts.clock.now());
  const end = await started.value.ended;
  await settle(parts, run, endOf(end, run.sums().overBudgetAt));
}

/** An environment that is there takes no time, and then the run has not been preparing. */
async function prepare(parts: DriveParts, run: LiveRun): Promise<Result<PythonPlace | null, SandboxFailure>> {
  const written: Promise<void>[] = [];
  const note = (text: string): void => {
    if (written.length === 0) written.push(write(parts, run, { state: "preparing" }));
    run.log.note(text);
  };
  const { ownerId, code } = run.row;
  try {
    return await parts.environmentFor(ownerId, code, note, run.cancelled.signal);
  } finally {
    await Promise.all(written);
  }
}

const notStarted = (run: LiveRun, failure: SandboxFailure): EndChange =>
  run.cancelled.signal.aborted ? stoppedBefore : refusedFor(failure);

const refusedFor = ({ says, hint }: SandboxFailure): EndChange => ({
  state: "refused",
  reason: `not started: ${says} ${hint}`,
});

const stoppedBefore: EndChange = { state: "stopped", reason: "stopped by you before it started" };

async function filesOf(parts: DriveParts, run: LiveRun): Promise<ReadonlyMap<string, Uint8Array>> {
  if (!run.hasFiles) return new Map();
  return new Map((await parts.runs.files(run.row.id)).map(({ path, bytes }) => [path, bytes]));
}

const besideLimits = ({ sandbox, memoryBytes }: DriveParts, use: JobUse): RunUse => ({
  ...use,
  memoryLimitBytes: memoryBytes,
  processLimit: sandbox.limits.processes,
  diskLimitBytes: sandbox.limits.diskBytes,
});

/** A program that failed after a ceiling had stopped one of its calls most likely failed for that. */
const endOf = (end: ExecutionEnd, overBudgetAt: number | null): EndChange => ({
  state: end.state,
  reason:
    end.state === "failed" && overBudgetAt !== null
      ? `over budget at call ${overBudgetAt}: ${end.reason}`
      : end.reason,
  exitCode: end.exitCode,
  signal: end.signal,
  wallMs: end.wallMs,
  cpuMs: end.cpuMs,
  peakBytes: end.peakBytes,
});

async function settle(parts: DriveParts, run: LiveRun, end: EndChange): Promise<void> {
  await run.results.end();
  await run.log.end();
  const { outputBytes, droppedBytes } = run.log;
  const { startedAt } = run.row;
  await write(parts, run, { ...end, startedAt, endedAt: parts.clock.now(), outputBytes, droppedBytes });
}

async function write(parts: DriveParts, run: LiveRun, to: EndChange): Promise<void> {
  check(run, to);
  await parts.runs.update(run.row.id, to);
  run.change(to);
}

function change(run: LiveRun, to: EndChange): void {
  check(run, to);
  run.change(to);
}

function check(run: LiveRun, to: EndChange): void {
  if (!mayFollow(run.row.state, to.state))
    throw new Error(`a run can't go from ${run.row.state} to ${to.state}`);
}

/** The store or our own code failed: the program is stopped, and the run says so even if that can't be written now. */
async function giveUp(parts: DriveParts, run: LiveRun): Promise<void> {
  run.execution?.stop("shutting-down");
  await run.execution?.ended;
  if (hasEnded(run.row.state)) return;
  const change = {
    state: "lost",
    reason: "lost because the server failed; its log has the cause",
    endedAt: parts.clock.now(),
  } as const;
  run.change(change);
  await parts.runs
    .update(run.row.id, change)
    .catch((error: unknown) =>
      parts.log.error({ run: run.row.id, err: error }, "a run's end could not be written"),
    );
}
