/** Managed environments: found by content or made, one at a time per content, a few at once per server. */
import { createHash } from "node:crypto";
import { done, refused, type Result } from "../../contract/failures.ts";
import { limits } from "../../contract/limits.ts";
import type { PythonPlace } from "../sandbox/sandbox.ts";
import type { IndexReach } from "./index-reach.ts";
import { cancelled, indexOff, unreachable, type MakeFailure } from "./install-words.ts";
import { makeEnvironment, type InstallerParts, type Progress } from "./installer.ts";
import type { Interpreter } from "./interpreters.ts";
import type { Kept, KeptEnvironments } from "./kept-environments.ts";

export interface Wanted {
  readonly interpreter: Interpreter;
  /** In order (`inOrder`), as `Requirement.text`. */
  readonly requirements: readonly string[];
  /** Projects that are left out when the index does not have them. */
  readonly optional: ReadonlySet<string>;
}

export interface Wish extends Wanted {
  readonly signal: AbortSignal;
  progress(now: Progress): void;
}

export interface Managed {
  ensure(wish: Wish): Promise<Result<Kept, MakeFailure>>;
  /** Without using or making it. */
  look(wanted: Wanted): Promise<Kept | null>;
  isMaking(wanted: Wanted): boolean;
  /** Why the last try came to nothing. */
  failureOf(wanted: Wanted): MakeFailure | null;
  close(): Promise<void>;
}

export interface ManagedParts extends InstallerParts {
  readonly kept: KeptEnvironments;
  readonly reach: IndexReach | null;
}

interface Making {
  readonly made: Promise<Result<Kept, MakeFailure>>;
  readonly stop: AbortController;
  readonly listeners: Set<(now: Progress) => void>;
}

/** Only shown; the oldest goes. */
const mostFailures = 100;

export function createManaged(parts: ManagedParts): Managed {
  const makings = new Map<string, Making>();
  const failures = new Map<string, MakeFailure>();
  const slots = createSlots(limits.installationsAtOnce);

  const make = async (key: string, wanted: Wanted, making: Omit<Making, "made">) => {
    const { signal } = making.stop;
    const leave = await slots.enter(signal);
    try {
      return leave === null ? refused(cancelled) : await attempt(parts, key, wanted, signal, tell(making));
    } finally {
      leave?.();
    }
  };

  const begin = (key: string, wanted: Wanted): Making => {
    const shared = { stop: new AbortController(), listeners: new Set<(now: Progress) => void>() };
    const made = make(key, wanted, shared).then((result) => {
      makings.delete(key);
      failures.delete(key);
      if (!result.ok && result.error.cause !== "cancelled") {
        failures.set(key, result.error);
        const [oldest] = failures.keys();
        if (failures.size > mostFailures && oldest !== undefined) failures.delete(oldest);
      }
      return result;
    });
    const making = { ...shared, made };
    makings.set(key, making);
    return making;
  };

  return {
    async ensure(wish) {
      const key = keyOf(wish);
      const there = await parts.kept.find(key);
      if (there !== null) return done(there);
      if (wish.signal.aborted) return refused(cancelled);
      let making = makings.get(key) ?? begin(key, wish);
      // One that everybody has left is on its way out: it is nobody's any more.
      while (making.stop.signal.aborted) {
        await making.made;
        making = makings.get(key) ?? begin(key, wish);
      }
      // A function of its own: the same one may listen twice.
      const listener = (now: Progress): void => wish.progress(now);
      making.listeners.add(listener);
      const left = onceAborted(wish.signal);
      const result = await Promise.race([making.made, left.promise]);
      left.dispose();
      making.listeners.delete(listener);
      if (result !== "left") return result;
      if (making.listeners.size === 0) {
        making.stop.abort();
        await making.made;
      }
      return refused(cancelled);
    },
    look: (wanted) => parts.kept.look(keyOf(wanted)),
    isMaking: (wanted) => makings.has(keyOf(wanted)),
    failureOf: (wanted) => failures.get(keyOf(wanted)) ?? null,
    async close() {
      const all = [...makings.values()];
      for (const { stop } of all) stop.abort();
      await Promise.all(all.map(({ made }) => made));
    },
  };
}

/** What a program runs with in it. */
export const placeOf = (kept: Kept, interpreter: Interpreter): PythonPlace => ({
  path: `${kept.path}/bin/python3`,
  directories: [kept.path, ...interpreter.place.directories],
});

/** The same interpreter and the same requirements are the same environment, whoever wants it. */
function keyOf({ interpreter, requirements }: Wanted): string {
  const content = JSON.stringify([1, interpreter.place.path, interpreter.version, requirements]);
  return createHash("sha256").update(content).digest("hex").slice(0, 24);
}

const tell =
  (making: Omit<Making, "made">) =>
  (now: Progress): void => {
    for (const listener of making.listeners) listener(now);
  };

async function attempt(
  parts: ManagedParts,
  key: string,
  wanted: Wanted,
  signal: AbortSignal,
  progress: (now: Progress) => void,
): Promise<Result<Kept, MakeFailure>> {
  const requirements = await servable(parts, wanted);
  if (!requirements.ok) return requirements;
  const directory = await parts.kept.begin(key);
  if (!directory.ok) return refused({ says: directory.error, hint: "Try again later.", cause: "other" });
  const order = {
    interpreter: wanted.interpreter,
    directory: directory.value,
    requirements: requirements.value,
    signal,
    progress,
  };
  const made = await makeEnvironment(parts, order);
  if (made.ok) return done(await parts.kept.keep(key, directory.value, made.value));
  await parts.kept.discard(directory.value);
  return made;
}

/** The requirements without the optional ones that the index does not have; the error is that it can't be asked. */
async function servable(
  { reach, log }: ManagedParts,
  { requirements, optional }: Wanted,
): Promise<Result<readonly string[], MakeFailure>> {
  if (requirements.length === 0) return done([]);
  if (reach === null) return refused(indexOff);
  const trouble = await reach.check();
  if (trouble !== null) return refused(unreachable(trouble));
  const lacking = await reach.lacking([...optional]);
  if (lacking.size > 0)
    log.info({ projects: [...lacking] }, "the package index lacks these, so they are left out");
  return done(requirements.filter((text) => !lacking.has(text)));
}

function onceAborted(signal: AbortSignal) {
  const { promise, resolve } = Promise.withResolvers<"left">();
  const leave = (): void => resolve("left");
  signal.addEventListener("abort", leave);
  return { promise, dispose: () => signal.removeEventListener("abort", leave) };
}

/** At most `most` at once, in the order in which they came; null for one that gave up waiting. */
function createSlots(most: number) {
  let taken = 0;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next();
  };
  return {
    async enter(signal: AbortSignal): Promise<(() => void) | null> {
      if (taken < most) taken += 1;
      else {
        const turn = Promise.withResolvers<void>();
        waiting.push(turn.resolve);
        await Promise.race([turn.promise, onceAborted(signal).promise]);
        const at = waiting.indexOf(turn.resolve);
        if (at !== -1) {
          waiting.splice(at, 1);
          return null;
        }
      }
      return leave;
    },
  };
}
