/** `openrouter-ide run FILE`: one program in the same sandbox, behind the same gateway, without a page. */
import { constants } from "node:os";
import { overBudgetCode, type Call } from "../../contract/calls.ts";
import type { OwnerId, RunId } from "../../contract/ids.ts";
import { SetReach } from "../../contract/session.ts";
import { systemClock } from "../clock.ts";
import { composeEngine, composeRunMoney, runMemoryBytes, type Engine } from "../compose.ts";
import type { Config } from "../config.ts";
import { toCall } from "../gateway/call-view.ts";
import { openHosts } from "../gateway/open-hosts.ts";
import { createLog, type Log } from "../log.ts";
import { picoUsd } from "../money.ts";
import { newId } from "../new-id.ts";
import type { Flags } from "../read-flags.ts";
import { placeholderKey, runEnvironment } from "../runs/environment.ts";
import { execute } from "../runs/execute.ts";
import { ordinaryJob, quietSink, type JobSink, type SandboxFailure } from "../sandbox/sandbox.ts";
import { createCatalogue } from "../settings/catalogue.ts";
import { defaultModel } from "../settings/default-model.ts";
import { makePrivateDirectory } from "./private-directory.ts";
import { readRunFiles, type RunFiles } from "./run-files.ts";
import { openReport, reportOf, type ReportedRun } from "./run-report.ts";
import { openResultsDirectory } from "./results-directory.ts";
import { resultsTo } from "./run-results.ts";
import { outputsTo, passInput } from "./run-streams.ts";

const exitCodes = { usage: 2, overBudget: 123, timedOut: 124, notRun: 125 } as const;

/** Resolves with the program's exit code, or with ours where the program had none of its own to give. */
export async function run(config: Config, flags: Flags): Promise<number> {
  const [file = ""] = flags.positionals;
  const files = readRunFiles(file, flags.given.get("--with") ?? []);
  if (!files.ok) return complain(files.error, exitCodes.usage);
  const unclear = (flags.given.get("--allow-host") ?? []).find(
    (name) => !SetReach.safeParse({ hosts: [name], accountPaths: false }).success,
  );
  if (unclear !== undefined)
    return complain(
      `--allow-host ${unclear} is not the name of a host. Give one as api.example.com.`,
      exitCodes.usage,
    );
  const reportPath = flags.given.get("--report")?.[0] ?? null;
  const report = reportPath === null ? null : openReport(reportPath);
  if (report !== null && !report.ok) return complain(report.error, exitCodes.usage);

  const resultsPath = flags.given.get("--results")?.[0] ?? null;
  const directoryOfResults = resultsPath === null ? null : openResultsDirectory(resultsPath);
  if (directoryOfResults?.ok === false) {
    report?.value.discard();
    return complain(directoryOfResults.error, exitCodes.usage);
  }
  const takeResult =
    directoryOfResults === null ? quietSink.result : resultsTo(directoryOfResults.value, say);

  const signals = catchSignals();
  const log = createLog(config.logLevel);
  const directory = await makePrivateDirectory();
  const composed = await composeEngine(
    { ...config, databaseUrl: `sqlite:${directory}/run.db` },
    directory,
    log,
  );
  if (!composed.ok) {
    report?.value.discard();
    return complain(`${composed.error.says} ${composed.error.hint}`, exitCodes.notRun);
  }
  const engine = composed.value;
  try {
    const outcome = await runWith(engine, config, files.value, flags, signals, takeResult, log);
    report?.value.write(reportOf(outcome.run, outcome.calls));
    return outcome.exitCode;
  } catch (error) {
    report?.value.discard();
    return complain(error instanceof Error ? error.message : String(error), exitCodes.notRun);
  } finally {
    await engine.close();
  }
}

interface Outcome {
  readonly run: ReportedRun;
  readonly calls: readonly Call[];
  readonly exitCode: number;
}

async function runWith(
  engine: Engine,
  config: Config,
  files: RunFiles,
  flags: Flags,
  signals: Signals,
  takeResult: JobSink["result"],
  log: Log,
): Promise<Outcome> {
  const simulated = config.simulator || config.openrouterKey === null;
  if (simulated && process.stderr.isTTY) say("The simulator answers in place of OpenRouter.");
  const model = flags.given.get("--model")?.[0] ?? (await modelFor(engine, simulated, log));
  const [runId, ownerId] = [newId<RunId>(systemClock.now()), newId<OwnerId>(systemClock.now())];
  await engine.store.runs.create(rowOf(runId, ownerId, files, flags, model, simulated, config));

  const outputs = outputsTo(process.stdout, process.stderr, () => signals.raise("SIGPIPE"));
  const python = await pythonFor(engine, ownerId, files, signals);
  if (!python.ok) return notStarted(python.error, signals);
  const money = await composeRunMoney(
    engine,
    { owner: ownerId, simulated, stop: () => undefined },
    config,
    log,
  );
  const reach = { hosts: [...new Set(flags.given.get("--allow-host"))], accountPaths: false };
  const hosts = openHosts(reach.hosts);
  const started = await execute(
    engine,
    {
      ...ordinaryJob,
      owner: ownerId,
      python: python.value,
      fileName: files.fileName,
      source: files.source,
      args: flags.rest ?? [],
      environment: runEnvironment(placeholderKey(), model),
      files: files.beside,
      hosts,
      memoryBytes: runMemoryBytes,
      input: flags.given.has("--stdin"),
    },
    {
      runId,
      ownerId,
      upstream: simulated
        ? engine.simulatorUpstream
        : engine.liveUpstream(() => Promise.resolve(config.openrouterKey)),
      changed: () => undefined,
      money,
      reach: { hosts, current: () => Promise.resolve(reach), note: say },
    },
    config.runTimeoutDefaultMs,
    { ...quietSink, ...outputs, result: takeResult },
  );
  if (!started.ok) return notStarted(started.error, signals);
  signals.pass(() => started.value.stop("stopped"));
  if (flags.given.has("--stdin")) void passInput(process.stdin, started.value, started.value.ended);
  const end = await started.value.ended;
  if (end.state === "timed-out" || end.state === "out-of-memory") say(end.reason);
  const calls = (await engine.store.calls.list(ownerId, runId)).map(toCall);
  const told = overBudgetOf(end, calls);
  if (told !== null) say(told.reason);
  return {
    run: { ...end, ...told },
    calls,
    exitCode:
      told === null || told.state !== "failed" ? exitCodeOf(end, signals.first()) : exitCodes.overBudget,
  };
}

/** As the page says it: a program that failed after its ceiling had stopped a call most likely failed for that. */
function overBudgetOf(
  end: ReportedRun,
  calls: readonly Call[],
): Pick<ReportedRun, "state" | "reason"> | null {
  const first = calls.find((call) => call.error?.code === overBudgetCode);
  if (first === undefined) return null;
  return { state: end.state, reason: `over budget at call ${first.number}: ${end.reason}` };
}

/** What the program's own header asks for, made first if need be; a signal gives that up. */
function pythonFor(engine: Engine, ownerId: OwnerId, files: RunFiles, signals: Signals) {
  const given = new AbortController();
  signals.pass(() => given.abort());
  const source = Buffer.from(files.source).toString("utf8");
  return engine.environments.environmentFor(ownerId, source, say, given.signal);
}

function notStarted({ says, hint }: SandboxFailure, signals: Signals): Outcome {
  const reason = `not started: ${says} ${hint}`;
  say(reason);
  const signal = signals.first();
  const exitCode = signal === null ? exitCodes.notRun : 128 + constants.signals[signal];
  return { run: { state: "refused", reason }, calls: [], exitCode };
}

/** `interruptedBy` is the signal that asked us to stop, if one did. */
export function exitCodeOf(end: ReportedRun, interruptedBy: NodeJS.Signals | null): number {
  if (end.state === "timed-out") return exitCodes.timedOut;
  if (end.state === "stopped") return 128 + constants.signals[interruptedBy ?? "SIGINT"];
  if (end.exitCode !== null && end.exitCode !== undefined) return end.exitCode;
  return 128 + (constants.signals[(end.signal ?? "SIGKILL") as NodeJS.Signals] ?? 0);
}

/** How long a start may wait for the catalogue; without it OPENROUTER_MODEL is left unset. */
const catalogueWaitMs = 2_000;

async function modelFor(engine: Engine, simulated: boolean, log: Log): Promise<string | null> {
  const client = simulated ? engine.simulator : engine.live;
  const models = await createCatalogue({ client, clock: systemClock, log }).within(catalogueWaitMs);
  return models === null ? null : defaultModel(models);
}

interface Signals {
  first(): NodeJS.Signals | null;
  /** From now on each signal calls `stop`; one that came earlier does at once. */
  pass(stop: () => void): void;
  raise(signal: NodeJS.Signals): void;
}

/** A terminal's Ctrl+C reaches us once by itself and once more through npm: twice within this time is one. */
const sameSignalMs = 100;

function catchSignals(): Signals {
  let first: NodeJS.Signals | null = null;
  let last = 0;
  let stop: (() => void) | null = null;
  const raise = (signal: NodeJS.Signals): void => {
    const now = systemClock.monotonic();
    if (first !== null && now - last < sameSignalMs) return;
    last = now;
    first ??= signal;
    stop?.();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, raise);
  return {
    first: () => first,
    pass(then) {
      stop = then;
      if (first !== null) then();
    },
    raise,
  };
}

/** The run's row: its calls belong to it. */
function rowOf(
  id: RunId,
  ownerId: OwnerId,
  files: RunFiles,
  flags: Flags,
  model: string | null,
  simulated: boolean,
  config: Config,
): Parameters<Engine["store"]["runs"]["create"]>[0] {
  const now = systemClock.now();
  return {
    id,
    ownerId,
    idempotencyKey: id,
    snippetId: null,
    fileName: files.fileName,
    code: "",
    args: flags.rest ?? [],
    model,
    state: "running",
    reason: null,
    exitCode: null,
    signal: null,
    timeoutMs: config.runTimeoutDefaultMs,
    createdAt: now,
    startedAt: now,
    endedAt: null,
    wallMs: null,
    cpuMs: null,
    peakBytes: null,
    outputBytes: 0,
    droppedBytes: 0,
    simulated,
    terminal: false,
    ceilingPicoUsd: config.ceilingUsd === null ? null : picoUsd(config.ceilingUsd),
  };
}

const say = (sentence: string): boolean => process.stderr.write(`openrouter-ide: ${sentence}\n`);

function complain(sentence: string, exitCode: number): number {
  say(sentence);
  return exitCode;
}
