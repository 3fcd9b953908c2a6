/** Decides which environment a program runs with: its own header's, else its owner's choice, else the system's. */
import { done, refused, type Result } from "../../contract/failures.ts";
import type { OwnerId } from "../../contract/ids.ts";
import type { SandboxFailure } from "../sandbox/sandbox.ts";
import type { EnvironmentStore } from "../store/environment-store.ts";
import type { Interpreter } from "./interpreters.ts";
import type { KnownPythons } from "./known-pythons.ts";
import type { Wanted } from "./managed.ts";
import {
  allowsPython,
  compareVersions,
  normalName,
  readRequirement,
  type Requirement,
} from "./requirement.ts";
import { inOrder, readScriptHeader, type ScriptHeader } from "./script-header.ts";

export type Resolved =
  /** What the sandbox takes when nothing is said. */
  | { readonly kind: "system" }
  | { readonly kind: "interpreter"; readonly interpreter: Interpreter }
  | { readonly kind: "managed"; readonly wanted: Wanted; readonly from: "owner" | "header" };

export interface Resolver {
  /** The first interpreter: the system's, or the operator's. */
  standard(): Promise<Interpreter | null>;
  /** Of a program; without one, the owner's choice. The error is the header's, or that no Python fits it. */
  resolve(ownerId: OwnerId, source: string | null): Promise<Result<Resolved, SandboxFailure>>;
  /** The owner's managed environment as it would be with these additions. */
  managed(interpreter: Interpreter, additions: readonly string[]): Wanted;
  /** By its id, or null. "system" is the first. */
  interpreter(id: string): Promise<Interpreter | null>;
}

export const managedId = "managed";

export function createResolver(
  pythons: KnownPythons,
  choices: EnvironmentStore,
  base: readonly string[],
): Resolver {
  const standard = async (): Promise<Interpreter | null> => (await pythons.all())[0] ?? null;
  const interpreter = async (id: string): Promise<Interpreter | null> =>
    (await pythons.all()).find((one) => one.id === id) ?? null;

  const managed = (of: Interpreter, additions: readonly string[]): Wanted => {
    const added = requirementsOf(additions);
    const names = new Set(added.map(({ name }) => name));
    const common = requirementsOf(base).filter(({ name }) => !names.has(name));
    return {
      interpreter: of,
      requirements: inOrder([...common, ...added]).map(({ text }) => text),
      optional: new Set(common.map(({ name }) => name)),
    };
  };

  const ofOwner = async (ownerId: OwnerId): Promise<Resolved> => {
    const { environment, requirements } = await choices.find(ownerId);
    // Most owners chose nothing, and their runs wait for no look at this machine's interpreters.
    if (environment === null || environment === "system") return { kind: "system" };
    const first = await standard();
    if (first === null) return { kind: "system" };
    if (environment === managedId)
      return { kind: "managed", wanted: managed(first, requirements), from: "owner" };
    const chosen = await interpreter(environment);
    // One that is no longer there counts as nothing chosen.
    return chosen === null || chosen === first
      ? { kind: "system" }
      : { kind: "interpreter", interpreter: chosen };
  };

  const ofHeader = async (header: ScriptHeader): Promise<Result<Resolved, SandboxFailure>> => {
    const usable = (await pythons.all()).filter(({ trouble }) => trouble === null);
    const found = fitting(usable, header.requiresPython);
    if (found === null)
      return refused({
        says:
          `The program needs Python ${header.requiresPython ?? "3"}; ` +
          `this server has ${usable.map(({ version }) => version).join(", ") || "none that can be used"}.`,
        hint: "Change requires-python in its header, or install such a Python on the server.",
      });
    const requirements = header.requirements.map(({ text }) => text);
    return done({
      kind: "managed",
      wanted: { interpreter: found, requirements, optional: new Set() },
      from: "header",
    });
  };

  return {
    standard,
    interpreter,
    managed,
    async resolve(ownerId, source) {
      const header = readScriptHeader(source ?? "");
      if (!header.ok)
        return refused({
          says: `The program's header can't be read. ${header.error}`,
          hint: "Mend it, or take the block out; PEP 723 tells how it is written.",
        });
      return header.value === null ? done(await ofOwner(ownerId)) : ofHeader(header.value);
    },
  };
}

/** The standard one when it fits, else the newest that does. */
function fitting(usable: readonly Interpreter[], needs: string | null): Interpreter | null {
  const fits = usable.filter(({ version }) => needs === null || allowsPython(needs, version) === true);
  const [standard] = usable;
  if (standard !== undefined && fits.includes(standard)) return standard;
  return fits.toSorted((one, other) => compareVersions(other.version, one.version))[0] ?? null;
}

/** What was added before, with the newer wishes in the place of older ones for the same package. */
export function addedTo(before: readonly string[], wanted: readonly Requirement[]): readonly string[] {
  const names = new Set(wanted.map(({ name }) => name));
  const staying = requirementsOf(before).filter(({ name }) => !names.has(name));
  return inOrder([...staying, ...wanted]).map(({ text }) => text);
}

const requirementsOf = (texts: readonly string[]): Requirement[] =>
  texts.flatMap((text) => {
    const read = readRequirement(text);
    return read.ok ? [read.value] : [];
  });

/** The version of each that was wished for: "numpy 2.1.0". */
export const installedOf = (
  packages: readonly { readonly name: string; readonly version: string }[],
  wanted: readonly Requirement[],
): string[] => {
  const names = new Set(wanted.map(({ name }) => name));
  return packages
    .filter(({ name }) => names.has(normalName(name)))
    .map(({ name, version }) => `${name} ${version}`);
};
