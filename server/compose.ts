/** The composition root: the only file that knows every adapter. Each command gets just the parts that it needs. */
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { done, refused, type Result } from "../contract/failures.ts";
import { systemClock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { OwnerId } from "../contract/ids.ts";
import { noCeilings } from "../contract/session.ts";
import type { Gateway, RunMoney } from "./gateway/gateway.ts";
import { createEnvironments, type Environments } from "./environments/environments.ts";
import { whereKept } from "./environments/where-kept.ts";
import { createHostDialer } from "./hosts/host-dialer.ts";
import { openHosts } from "./gateway/open-hosts.ts";
import { createLedger } from "./gateway/ledger.ts";
import { createLookUps } from "./gateway/look-ups.ts";
import { createGateway } from "./gateway/tls-gateway.ts";
import type { Caller } from "./http/handlers.ts";
import { createHttpServer } from "./http/http-server.ts";
import { StartRefusal } from "./http/start-refusal.ts";
import type { Log } from "./log.ts";
import { createDialer, type UpstreamTarget } from "./openrouter/dial.ts";
import { createClient } from "./openrouter/http-client.ts";
import { createUpstream } from "./openrouter/http-upstream.ts";
import type { OpenRouterClient } from "./openrouter/client.ts";
import type { Upstream } from "./openrouter/upstream.ts";
import { makeProcessDirectory } from "./process-directory.ts";
import { placeholderKey } from "./runs/environment.ts";
import { createRuns } from "./runs/runs.ts";
import { createBwrapSandbox } from "./sandbox/bwrap-sandbox.ts";
import type { Counting, Sandbox, SandboxFailure } from "./sandbox/sandbox.ts";
import { isLoopback } from "./setting-values.ts";
import { amountOf, storedCeilings } from "./settings/ceilings.ts";
import { createCatalogue } from "./settings/catalogue.ts";
import { createPriceList } from "./settings/price-list.ts";
import { createSettings } from "./settings/settings.ts";
import { startEmbeddedSimulator } from "./simulator/embedded.ts";
import { createSnippets } from "./snippets/snippets.ts";
import { openStore, type Store } from "./store/open-store.ts";
import { createVault } from "./store/vault.ts";
import { version } from "./version.ts";

/** Memory of one run, bytes: its processes share it. */
export const runMemoryBytes = 1024 * 2 ** 20;

/** Any well-formed one is good there. */
const simulatorKey = placeholderKey();

const webDirectory = fileURLToPath(new URL("../dist/web", import.meta.url));

export interface StartFailure {
  readonly exitCode: number;
  readonly says: string;
  readonly hint: string;
}

/** What page and command line both stand on: a store, the gateway, a sandbox that trusts it, and both upstreams. */
export interface Engine {
  readonly store: Store;
  readonly gateway: Gateway;
  readonly sandbox: Sandbox;
  readonly environments: Environments;
  readonly live: OpenRouterClient;
  readonly simulator: OpenRouterClient;
  /** OpenRouter, with the key that is in force at each call. */
  liveUpstream(key: () => Promise<string | null>): Upstream;
  readonly simulatorUpstream: Upstream;
  close(): Promise<void>;
}

/** `directory` is private to this process and is removed at close. */
export async function composeEngine(
  config: Pick<
    Config,
    | "databaseUrl"
    | "dataDirectory"
    | "openrouterOrigin"
    | "packageIndex"
    | "python"
    | "pythonPlaces"
    | "runTimeoutMaxMs"
    | "sandboxWay"
  >,
  directory: string,
  log: Log,
): Promise<Result<Engine, StartFailure>> {
  const opened = await openStore(config.databaseUrl, log);
  if (!opened.ok) {
    await rm(directory, { recursive: true, force: true });
    return opened;
  }
  const store = opened.value;
  const [gateway, embedded] = await Promise.all([
    createGateway({ calls: store.calls, clock: systemClock, log, hosts: createHostDialer() }),
    startEmbeddedSimulator(directory, {
      onFault: (fault) => log.error({ err: fault }, "the simulator failed"),
    }),
  ]);
  const sandbox = await createBwrapSandbox({
    authorityPem: gateway.authorityPem,
    python: config.python,
    warm: null,
    way: config.sandboxWay,
    log,
  });
  const isRoot = process.getuid?.() === 0;
  const environments = createEnvironments({
    sandbox,
    choices: store.environments,
    directory: whereKept(config.dataDirectory, isRoot),
    index: config.packageIndex,
    // A run may take this long after its environment was handed out, and wait for its place before.
    inUseMs: config.runTimeoutMaxMs + 3_600_000,
    places: config.pythonPlaces,
    chosen: config.python,
    asOthers: isRoot,
    hidden: [config.dataDirectory, directory],
    clock: systemClock,
    log,
  });
  const liveTarget: UpstreamTarget = { origin: config.openrouterOrigin };
  const simulatorTarget: UpstreamTarget = { socketPath: embedded.socketPath };
  const dialers = { live: createDialer(liveTarget), simulator: createDialer(simulatorTarget) };
  return done({
    store,
    gateway,
    sandbox,
    environments,
    live: createClient({ target: liveTarget, simulated: false }),
    simulator: createClient({ target: simulatorTarget, simulated: true }),
    liveUpstream: (key) => createUpstream({ dialer: dialers.live, key, simulated: false, log }),
    simulatorUpstream: createUpstream({
      dialer: dialers.simulator,
      key: () => Promise.resolve(simulatorKey),
      simulated: true,
      log,
    }),
    async close() {
      await environments.close();
      await sandbox.close();
      dialers.live.close();
      dialers.simulator.close();
      await embedded.close();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  });
}

/** What the one run of a command is held to: its own ceiling, and nothing that a session has. */
export async function composeRunMoney(
  engine: Engine,
  order: { readonly owner: OwnerId; readonly simulated: boolean; readonly stop: () => void },
  config: Pick<Config, "ceilingUsd" | "allowUnknownPrices">,
  log: Log,
): Promise<RunMoney> {
  const { allowUnknownPrices } = config;
  const none = { sessionPicoUsd: null, dayPicoUsd: null, sessionSince: 0 };
  const client = order.simulated ? engine.simulator : engine.live;
  const parts = { client, clock: systemClock, log };
  const ledger = createLedger({
    calls: engine.store.calls,
    ceilingsOf: () => Promise.resolve({ ...none, allowUnknownPrices }),
    clock: systemClock,
  });
  return {
    prices: createPriceList({ ...parts, catalogue: createCatalogue(parts) }),
    account: await ledger.open(order.owner, amountOf(config.ceilingUsd), order.simulated),
    // The command ends with its program: what nobody has told by then stays unknown, and counts as what was set aside.
    lookUp: () => undefined,
    repeats: null,
    stop: order.stop,
  };
}

export interface RunningServer {
  /** The address to open, with the start token. */
  readonly url: string;
  /** What the operator should know before opening it, one sentence each. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** The page's server, listening when this resolves. */
export async function composeServer(config: Config, log: Log): Promise<Result<RunningServer, StartFailure>> {
  const directory = await makeProcessDirectory(config.dataDirectory);
  const composed = await composeEngine(config, directory.path, log);
  if (!composed.ok) return composed;
  const engine = composed.value;
  const { environments } = engine;
  // Another server on the same data has runs under way: they are not lost, it will end them itself.
  if (directory.others === 0) await recover(engine.store, log);
  // In its own time: a large one takes seconds, and nothing waits for it.
  void environments.removeLeftovers();
  const health = await sandboxHealth(engine.sandbox, log);
  if (isForOthers(config)) {
    const weak = health.trouble ?? uncounted(await engine.sandbox.counting());
    if (weak !== null) {
      await engine.close();
      return refused({ exitCode: 1, says: `Not for others: ${weak.says}`, hint: weak.hint });
    }
  }

  const { calls, sessions } = engine.store;
  const firstCeilings = {
    ...noCeilings,
    runUsd: config.ceilingUsd,
    allowUnknownPrices: config.allowUnknownPrices,
  };
  const ledger = createLedger({
    calls,
    ceilingsOf: (owner) => storedCeilings(sessions, owner, firstCeilings),
    clock: systemClock,
  });
  const settings = createSettings({
    sessions,
    ledger,
    firstCeilings,
    vault: createVault(config.sessionSecrets),
    live: engine.live,
    simulator: engine.simulator,
    serverKey: config.openrouterKey,
    simulatorOnly: config.simulator,
    facts: async ({ ownerId }) => ({
      ...health.facts,
      environment: await environments.chosenOf(ownerId),
      timeoutMs: { default: config.runTimeoutDefaultMs, max: config.runTimeoutMaxMs },
      version,
    }),
    clock: systemClock,
    log,
  });
  const lookUps = createLookUps({
    calls,
    ledger,
    async ask({ ownerId, simulated }, id) {
      if (simulated) return engine.simulator.generation(simulatorKey, id);
      const key = await settings.keyOfOwner(ownerId);
      return key === null ? null : engine.live.generation(key, id);
    },
    pricesFor: ({ simulated }) => settings.pricesFor(simulated),
    clock: systemClock,
    log,
  });
  const unknown = await lookUps.resume();
  if (unknown > 0) log.info({ calls: unknown }, "calls of unknown price are looked up");
  const liveKey = (caller: Caller) => async (): Promise<string | null> =>
    (await settings.keyOf(caller.sessionIdHash)).key;
  const runs = createRuns({
    sandbox: engine.sandbox,
    gateway: engine.gateway,
    runs: engine.store.runs,
    calls: engine.store.calls,
    results: engine.store.results,
    clock: systemClock,
    log,
    timeouts: { defaultMs: config.runTimeoutDefaultMs, maxMs: config.runTimeoutMaxMs },
    memoryBytes: runMemoryBytes,
    async upstreamOf(caller) {
      const { model, simulated, ceilings } = await settings.environmentOf(caller);
      const upstream = simulated ? engine.simulatorUpstream : engine.liveUpstream(liveKey(caller));
      return { model, upstream, ceilingPicoUsd: amountOf(ceilings.runUsd) };
    },
    async upstreamFor(caller, simulated) {
      if (simulated) return engine.simulatorUpstream;
      const session = await settings.environmentOf(caller);
      return session.simulated ? null : engine.liveUpstream(liveKey(caller));
    },
    moneyFor: async ({ ownerId, simulated, ceilingPicoUsd }, heldPicoUsd) => ({
      prices: settings.pricesFor(simulated),
      account: await ledger.open(ownerId, ceilingPicoUsd, simulated, heldPicoUsd),
      lookUp: (call, reservation, changed) => lookUps.add(call, reservation, changed),
      repeats: await settings.repeatsOf(ownerId),
    }),
    reachOf: (ownerId) => settings.reachOf(ownerId),
    hostsOf: async (ownerId) => openHosts((await settings.reachOf(ownerId)).hosts),
    environmentFor: (ownerId, source, note, signal) =>
      environments.environmentFor(ownerId, source, note, signal),
    pythonOf: ({ ownerId }, code) => environments.placeOf(ownerId, code),
    missingOf: ({ ownerId }, code, files) => environments.missingOf(ownerId, code, files),
    notReady: () => health.trouble,
  });
  const close = async (): Promise<void> => {
    await runs.close();
    await lookUps.close();
    await engine.close();
  };
  try {
    const http = await createHttpServer({
      config,
      sessions: engine.store.sessions,
      handlers: {
        health: () => Promise.resolve(done({ ok: true as const, version })),
        ...settings.handlers,
        ...createSnippets({ store: engine.store.snippets, clock: systemClock }),
        ...runs.handlers,
        ...environments.handlers,
        async chooseEnvironment(input, caller) {
          const chosen = await environments.choose(caller, input.body.id);
          const { params, query } = input;
          return chosen.ok ? settings.handlers.session({ params, query, body: undefined }, caller) : chosen;
        },
      },
      following: runs.following,
      presence: runs.presence,
      installations: environments.watch,
      webDirectory,
      instanceId: instanceOf(config),
      version,
      clock: systemClock,
      log,
    });
    return done({
      url: http.url,
      notes: notesOf(config, http.address.port, health.trouble),
      async close() {
        await Promise.all([http.close(), runs.close()]);
        await lookUps.close();
        await engine.close();
      },
    });
  } catch (error) {
    await close();
    if (error instanceof StartRefusal) return refused({ exitCode: 1, says: error.message, hint: error.hint });
    throw error;
  }
}

/** What an earlier server left unfinished is named as such before anything new begins. */
async function recover(store: Store, log: Log): Promise<void> {
  const calls = await store.calls.settleUnfinished("The server went away before the reply was whole.");
  const runs = await store.runs.loseUnfinished("lost because the server went away", systemClock.now());
  if (calls + runs > 0) log.warn({ runs, calls }, "unfinished work of an earlier server was closed");
  await store.sessions.removeExpired(systemClock.now());
}

/** Whoever reaches it from elsewhere is a stranger to the machine: then nothing of the sandbox may be weak. */
const isForOthers = (config: Config): boolean => !isLoopback(config.host) || config.publicHosts.length > 0;

const uncounted = ({ by, says }: Counting): SandboxFailure | null =>
  by === "watcher"
    ? { says, hint: "Or serve yourself alone: without --host and with a loopback --base-url." }
    : null;

interface Health {
  /** Why no run may start, if so. */
  readonly trouble: SandboxFailure | null;
  readonly facts: {
    readonly sandbox: { readonly ready: boolean; readonly says: string | null; readonly hint: string | null };
    readonly python: string | null;
    readonly packages: string[];
  };
}

async function sandboxHealth(sandbox: Sandbox, log: Log): Promise<Health> {
  const weaknesses = await sandbox.selfCheck();
  for (const { name, says, hint, refuses } of weaknesses)
    log.warn({ name, says, hint, refuses }, "sandbox weakness");
  const worst = weaknesses.find((weakness) => weakness.refuses) ?? null;
  const python = worst === null ? await sandbox.python() : null;
  return {
    trouble: worst === null ? null : { says: worst.says, hint: worst.hint },
    facts: {
      sandbox: { ready: worst === null, says: worst?.says ?? null, hint: worst?.hint ?? null },
      python: python?.version ?? null,
      packages: [...(python?.packages ?? [])],
    },
  };
}

function notesOf(config: Config, port: number, trouble: SandboxFailure | null): string[] {
  const notes: string[] = [];
  if (config.port !== 0 && port !== config.port) notes.push(`Port ${config.port} is taken; using ${port}.`);
  if (config.openrouterKey === null || config.simulator) notes.push(simulatorNote(config));
  if (trouble !== null) notes.push(`No program can be run: ${trouble.says} ${trouble.hint}`);
  return notes;
}

const simulatorNote = (config: Config): string =>
  config.simulator
    ? "The built-in simulator answers in place of OpenRouter; nothing is charged."
    : "No OPENROUTER_API_KEY: the built-in simulator answers until you paste a key in the page.";

/** Names this instance's cookie: servers on one host keep apart, a restart of the same one keeps its sessions. */
const instanceOf = (config: Config): string =>
  createHash("sha256").update(config.databaseUrl).digest("hex").slice(0, 8);
