/** The use cases of Python environments: what a program runs with, what it lacks, what there is, and how more is installed. */
import { done, refused, type Result } from "../../contract/failures.ts";
import type { OwnerId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import type { RouteOutput } from "../../contract/routes.ts";
import type { Clock } from "../clock.ts";
import type { Caller, Handlers } from "../http/handlers.ts";
import type { Log } from "../log.ts";
import type { PythonPlace, Sandbox, SandboxFailure } from "../sandbox/sandbox.ts";
import type { EnvironmentStore } from "../store/environment-store.ts";
import { basePackages } from "./base-packages.ts";
import { distributionOf } from "./distributions.ts";
import { indexView, interpreterViews, managedName, managedView } from "./environment-list.ts";
import { topLevelImportsOf } from "../python-imports.ts";
import { createIndexDialer } from "./index-dialer.ts";
import { createIndexReach } from "./index-reach.ts";
import { createInstallations, type Ending } from "./installations.ts";
import type { MakeFailure } from "./install-words.ts";
import type { Progress } from "./installer.ts";
import type { FindParts } from "./interpreters.ts";
import { keepEnvironments, type Kept } from "./kept-environments.ts";
import { createKnownPythons } from "./known-pythons.ts";
import { createManaged, placeOf, type Wanted } from "./managed.ts";
import type { PackageIndex } from "../package-index.ts";
import { readRequirement, type Requirement } from "./requirement.ts";
import { addedTo, createResolver, installedOf, managedId } from "./resolve.ts";
import { inOrder, readScriptHeader } from "./script-header.ts";
import type { InstallationWatch } from "./watch.ts";

export interface EnvironmentsParts extends FindParts {
  readonly sandbox: Sandbox;
  readonly choices: EnvironmentStore;
  /** Where managed environments are kept; made when it is first needed. */
  readonly directory: string;
  /** Null: nothing is installed. */
  readonly index: PackageIndex | null;
  /** PEM of who signs the index's certificate, beside the well-known ones. */
  readonly indexAuthorities?: string;
  /** What was handed out within this time may be in use by a run. */
  readonly inUseMs: number;
  /** What every managed environment has. */
  readonly base?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

export interface Environments {
  readonly handlers: Pick<
    Handlers,
    "listEnvironments" | "install" | "getInstallation" | "cancelInstallation"
  >;
  readonly watch: InstallationWatch;
  /** Chooses what this caller's programs run with. */
  choose(caller: Caller, id: string): Promise<Result<null>>;
  chosenOf(ownerId: OwnerId): Promise<{ readonly id: string; readonly name: string }>;
  /**
   * What a program is to run with, made first if need be; null: the sandbox's own default. `note` hears what goes on, in
   * sentences; `signal` gives up waiting.
   */
  environmentFor(
    ownerId: OwnerId,
    source: string,
    note: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Result<PythonPlace | null, SandboxFailure>>;
  /** What it would run with as things stand: nothing is made. Null: the sandbox's default, or what is not there yet. */
  placeOf(ownerId: OwnerId, source: string): Promise<PythonPlace | null>;
  /** What the program imports that is not there; `files` are the paths beside it. A header answers for itself. */
  missingOf(
    ownerId: OwnerId,
    source: string,
    files: readonly string[],
  ): Promise<RouteOutput<"prepareRun">["missing"]>;
  /** Whether the index answers now: null, or why not. */
  checkIndex(): Promise<string | null>;
  /** Removes what servers left that were killed while they made an environment. */
  removeLeftovers(): Promise<void>;
  close(): Promise<void>;
}

export function createEnvironments(parts: EnvironmentsParts): Environments {
  const { sandbox, index, choices, clock, log } = parts;
  const dialer = index === null ? null : createIndexDialer(index, parts.indexAuthorities ?? null);
  const reach = index === null || dialer === null ? null : createIndexReach(index, dialer, clock);
  const kept = keepEnvironments(parts);
  const managed = createManaged({ sandbox, index, dialer, kept, reach, clock, log });
  const pythons = createKnownPythons(sandbox, parts, clock);
  const resolver = createResolver(pythons, choices, parts.base ?? basePackages);
  const installations = createInstallations(clock);

  const ready = async (
    wanted: Wanted,
    note: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Result<Kept, MakeFailure>> => {
    const isThere = (await managed.look(wanted)) !== null;
    if (!isThere) note(beginning(wanted));
    const startedAt = clock.monotonic();
    const made = await managed.ensure({ ...wanted, signal, progress: fetchNotes(note) });
    const seconds = (clock.monotonic() - startedAt) / 1000;
    if (made.ok && !isThere) note(`The environment is ready after ${seconds.toFixed(1)} s.`);
    return made;
  };

  /** Names that can be imported by the owner's programs; null when that is not known now. */
  const modulesOf = async (ownerId: OwnerId): Promise<ReadonlySet<string> | null> => {
    const [resolved, standard] = [await resolver.resolve(ownerId, null), await resolver.standard()];
    if (!resolved.ok || standard === null) return null;
    const { value } = resolved;
    const described = await pythons.describe(value.kind === "interpreter" ? value.interpreter : standard);
    if (!described.ok) return null;
    const there = value.kind === "managed" ? await managed.look(value.wanted) : described.value;
    // Until it is made it has what every managed environment has; the program itself will tell of the rest.
    return there === null ? null : new Set([...there.modules, ...described.value.standard]);
  };

  const installInto = async (
    ownerId: OwnerId,
    wanted: readonly Requirement[],
    signal: AbortSignal,
    progress: (now: Progress) => void,
  ): Promise<Ending> => {
    const [choice, standard] = [await choices.find(ownerId), await resolver.standard()];
    if (standard === null) return { ok: false, says: "There is no Python on this server." };
    const requirements = addedTo(choice.requirements, wanted);
    const most = limits.requirementsPerEnvironment;
    if (requirements.length > most)
      return { ok: false, says: `That would be more than ${most} packages of your own.` };
    const made = await managed.ensure({ ...resolver.managed(standard, requirements), signal, progress });
    if (!made.ok) return { ok: false, says: `${made.error.says} ${made.error.hint}` };
    await choices.save(ownerId, { environment: managedId, requirements });
    return { ok: true, says: `Installed ${installedOf(made.value.packages, wanted).join(", ")}.` };
  };

  const nameOf = async (id: string): Promise<string | null> => {
    const found = await (id === managedId ? resolver.standard() : resolver.interpreter(id));
    if (found === null) return null;
    return id === managedId ? managedName(found) : found.name;
  };

  return {
    watch: installations,

    async environmentFor(ownerId, source, note, signal) {
      const resolved = await resolver.resolve(ownerId, source);
      if (!resolved.ok) return resolved;
      const { value } = resolved;
      if (value.kind === "system") return done(null);
      if (value.kind === "interpreter") {
        const { trouble, place } = value.interpreter;
        return trouble === null
          ? done(place)
          : refused({ says: trouble, hint: "Choose another environment." });
      }
      const made = await ready(value.wanted, note, signal);
      if (made.ok) return done(placeOf(made.value, value.wanted.interpreter));
      const { says, hint, cause } = made.error;
      // A header says what the program needs; a choice without an index is better served by what is there.
      if (cause !== "index" || value.from === "header") return refused({ says, hint });
      note(`${says} The system's own packages serve instead.`);
      return done(null);
    },

    async placeOf(ownerId, source) {
      const resolved = await resolver.resolve(ownerId, source);
      if (!resolved.ok || resolved.value.kind === "system") return null;
      if (resolved.value.kind === "interpreter")
        return resolved.value.interpreter.trouble === null ? resolved.value.interpreter.place : null;
      const there = await managed.look(resolved.value.wanted);
      return there === null ? null : placeOf(there, resolved.value.wanted.interpreter);
    },

    async missingOf(ownerId, source, files) {
      const header = readScriptHeader(source);
      const there = header.ok && header.value === null ? await modulesOf(ownerId) : null;
      if (there === null) return [];
      const own = new Set(files.map((path) => path.replace(/\/.*$|\.py$/s, "")));
      return topLevelImportsOf(source)
        .filter((module) => !there.has(module) && !own.has(module))
        .map((module) => ({ module, distribution: distributionOf(module) }));
    },

    async choose(caller, id) {
      if ((await nameOf(id)) === null) return refused({ code: "not-found" });
      const trouble = (await resolver.interpreter(id))?.trouble ?? null;
      if (trouble !== null) return refused({ code: "environment-unusable", says: trouble });
      const { requirements } = await choices.find(caller.ownerId);
      await choices.save(caller.ownerId, { environment: id, requirements });
      return done(null);
    },

    async chosenOf(ownerId) {
      const { environment } = await choices.find(ownerId);
      const name = environment === null ? null : await nameOf(environment);
      if (environment !== null && name !== null) return { id: environment, name };
      return { id: "system", name: (await nameOf("system")) ?? "none" };
    },

    checkIndex: async () => (reach === null ? "The package index is turned off." : reach.check()),

    handlers: {
      async listEnvironments(_input, { ownerId }) {
        const environments = await interpreterViews(pythons);
        const [choice, standard] = [await choices.find(ownerId), await resolver.standard()];
        if (standard !== null)
          environments.push(
            await managedView(managed, resolver.managed(standard, choice.requirements), index),
          );
        const chosen = choice.environment ?? "system";
        // The list does not wait for the index: what it said last is told, and it is asked anew meanwhile.
        const last = reach?.last() ?? null;
        void reach?.check();
        return done({
          environments,
          chosen: environments.some(({ id }) => id === chosen) ? chosen : "system",
          index: indexView(index, last),
        });
      },

      async install({ params, body }, { ownerId }) {
        if ((await nameOf(params.environment)) === null) return refused({ code: "not-found" });
        if (index === null) return refused({ code: "index-off" });
        const read = readAll(body.requirements);
        if (!read.ok) return read;
        const texts = read.value.map(({ text }) => text);
        return installations.start(ownerId, texts, (signal, progress) =>
          installInto(ownerId, read.value, signal, progress).catch((error: unknown) => {
            log.error({ err: error }, "an installation broke");
            return { ok: false, says: "The server failed; its log has the cause." };
          }),
        );
      },

      getInstallation: async ({ params }, { ownerId }) =>
        foundOr(installations.find(ownerId, params.installation)),
      cancelInstallation: async ({ params }, { ownerId }) =>
        foundOr(await installations.cancel(ownerId, params.installation)),
    },

    removeLeftovers: () =>
      kept
        .sweep()
        .catch((error: unknown) =>
          log.warn({ err: error }, "leftovers of environments could not be removed"),
        ),

    async close() {
      await installations.close();
      await managed.close();
      dialer?.close();
    },
  };
}

const foundOr = <T>(found: T | null): Result<T> =>
  found === null ? refused({ code: "not-found" }) : done(found);

function readAll(texts: readonly string[]): Result<readonly Requirement[]> {
  const wanted: Requirement[] = [];
  const fields: { field: string; says: string }[] = [];
  for (const [at, text] of texts.entries()) {
    const read = readRequirement(text);
    if (read.ok) wanted.push(read.value);
    else fields.push({ field: `requirements.${at}`, says: `${JSON.stringify(text)} ${read.error}` });
  }
  return fields.length > 0 ? refused({ code: "bad-request", fields }) : done(inOrder(wanted));
}

const beginning = ({ interpreter, requirements }: Wanted): string =>
  requirements.length === 0
    ? `Making an empty environment for Python ${interpreter.version}.`
    : `Making an environment for Python ${interpreter.version} with ${requirements.join(", ")}.`;

/** Each file that is fetched is worth a line, up to a number; small steps are not. */
const mostNotes = 30;

function fetchNotes(note: (text: string) => void): (now: Progress) => void {
  let last: string | null = null;
  let count = 0;
  return ({ says }) => {
    if (says === null || says === last || !says.startsWith("Fetching")) return;
    last = says;
    if ((count += 1) <= mostNotes) note(`${says}.`);
  };
}
