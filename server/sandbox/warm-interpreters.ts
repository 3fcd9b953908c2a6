/**
 * Keeps interpreters waiting: for each owner one that has the imports of the program that they edit, and a few plain ones for
 * whoever comes next. A run takes a process that was forked before; another is forked behind it.
 */
import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { done, refused, type Result } from "../../contract/failures.ts";
import type { Log } from "../log.ts";
import { closed } from "./deliver-output.ts";
import { makeMark } from "./mark-scanner.ts";
import { nativeVariables, type ProgramFacts } from "./program-facts.ts";
import { discard } from "./running-job.ts";
import type { JobLimits } from "./sandbox.ts";
import { endedEarly, type Launched, type Spawner, type Zygote, type ZygoteReport } from "./spawner-port.ts";

/** What one bwrap is made for; two wishes with the same `key` can be served by the same. */
export interface Place {
  readonly key: string;
  readonly args: readonly string[];
  readonly command: readonly string[];
  /** Nobody else may be served from it, and none is made before it is asked for. */
  readonly isPrivate: boolean;
  /** It serves one run (nesting.ts), or is private. */
  readonly isUsedOnce: boolean;
  /** How its interpreter is made: see ZygoteOrder. */
  readonly joinedAt: string | null;
  /** What must be done once its user is known; an error in words. */
  readonly arrange: (uid: number | null) => Promise<Result<null, string>>;
}

export interface Wish {
  readonly owner: string;
  readonly place: Place;
  readonly memoryBytes: number;
  /** It is somebody's program: the next run of it should find its modules loaded. */
  readonly isKept: boolean;
  readonly facts: Pick<ProgramFacts, "modules" | "ownNames" | "sets">;
}

export interface WarmInterpreters {
  /** A process that waits for one job; the error is what went wrong, in the system's words. */
  take(wish: Wish): Promise<Result<Launched, string>>;
  /** Has one wait with the wish's modules loaded, unless there is one. */
  prepare(wish: Wish): void;
  forget(owner: string): void;
  /** It turned out to be gone before its program began: so is what it came from, or as good as. */
  lost(launched: Launched): void;
}

export interface WarmBounds {
  readonly spares: number;
  /** Zygotes at once; the one that was longest not used goes. */
  readonly most: number;
  /** Of all that wait, bytes; as above. */
  readonly residentBytes: number;
  /** One that was not used so long goes; those that wait for anybody stay. */
  readonly idleMs: number;
}

interface Slot {
  owner: string | null;
  readonly place: Place;
  readonly modules: readonly string[];
  readonly zygote: Zygote;
  report: ZygoteReport | null;
  /** Of what waits in it. */
  memoryBytes: number;
  readonly waiting: Promise<Result<Launched, string>>[];
  running: number;
  usedAt: number;
  /** Ends it when it was not used for long. */
  idle: NodeJS.Timeout | undefined;
  retired: boolean;
}

export function createWarmInterpreters(parts: {
  readonly spawner: Spawner;
  readonly users: { take(): number | null | "none"; giveBack(user: number | null): void };
  readonly limits: JobLimits;
  readonly bounds: WarmBounds;
  /** Where the spare ones are made. */
  readonly sparePlace: () => Promise<Place>;
  readonly log: Log;
}): WarmInterpreters {
  const { spawner, users, limits, bounds, log } = parts;
  const slots = new Set<Slot>();
  /** By place: modules that can't be loaded early without a program noticing. */
  const unsafe = new Map<string, Set<string>>();
  /** By owner: the wish that is next while one is made ready, or none. */
  const preparing = new Map<string, Wish | null>();
  const coming = new Map<string, Promise<Result<Slot, string>>>();
  const cameFrom = new WeakMap<Launched, Slot>();
  let uses = 0;
  let isSparing = false;

  async function open(
    place: Place,
    modules: readonly string[],
    owner: string | null,
  ): Promise<Result<Slot, string>> {
    makeRoom();
    const uid = users.take();
    if (uid === "none") return refused("no user is free to run another program");
    const arranged = await place.arrange(uid);
    if (!arranged.ok) {
      users.giveBack(uid);
      return arranged;
    }
    const { args, command, joinedAt } = place;
    const zygote = spawner.zygote({ args, command, joinedAt, uid, modules });
    const slot: Slot = {
      owner,
      place,
      modules,
      zygote,
      report: null,
      memoryBytes: limits.memoryBytes,
      waiting: [],
      running: 0,
      usedAt: ++uses,
      idle: undefined,
      retired: false,
    };
    slots.add(slot);
    rest(slot);
    void zygote.ended.then(() => {
      slots.delete(slot);
      users.giveBack(uid);
    });
    return done(slot);
  }

  /** Resolves when it can fork; on failure it is gone, and the error is why. */
  async function readyOf(slot: Slot): Promise<Result<Slot, string>> {
    const ready = await slot.zygote.ready;
    if (!ready.ok) {
      slots.delete(slot);
      if (ready.error.kind === "ended") return refused(ready.error.says);
      const { module, reason } = ready.error;
      log.debug({ module, reason }, "a module can't be loaded before its program");
      unsafeIn(slot.place).add(module);
      return refused(`${module} ${reason}`);
    }
    slot.report = ready.value;
    return done(slot);
  }

  function unsafeIn(place: Place): Set<string> {
    const known = unsafe.get(place.key) ?? new Set();
    unsafe.set(place.key, known);
    return known;
  }

  function fork(slot: Slot, memoryBytes: number): Promise<Result<Launched, string>> {
    return slot.zygote.fork({
      mark: makeMark(randomBytes(15)),
      memoryBytes,
      processes: limits.processes,
    });
  }

  function refill(slot: Slot, memoryBytes = limits.memoryBytes): void {
    if (slot.retired || slot.waiting.length > 0) return;
    slot.memoryBytes = memoryBytes;
    slot.waiting.push(fork(slot, memoryBytes));
  }

  /** From now on it is not used. */
  function rest(slot: Slot): void {
    clearTimeout(slot.idle);
    if (slot.owner !== null) slot.idle = setTimeout(() => retire(slot), bounds.idleMs).unref();
  }

  function retire(slot: Slot): void {
    slot.retired = true;
    clearTimeout(slot.idle);
    for (const waiting of slot.waiting.splice(0))
      void waiting.then((one) => (one.ok ? discard(one.value) : undefined));
    if (slot.running > 0) return;
    slots.delete(slot);
    slot.zygote.drop();
  }

  /** The next is forked when a run is over, not beside its beginning or its end, which would only be slower for it. */
  function leave(slot: Slot): void {
    slot.running -= 1;
    if (slot.retired) retire(slot);
    else if (slot.running === 0) rest(slot);
    if (!slot.retired) refill(slot);
  }

  function makeRoom(): void {
    const idle = [...slots]
      .filter((slot) => slot.running === 0 && !slot.retired)
      .sort((a, b) => a.usedAt - b.usedAt);
    const resident = (): number =>
      [...slots].reduce((sum, slot) => sum + (slot.report?.residentBytes ?? 0), 0);
    while (slots.size >= bounds.most || resident() > bounds.residentBytes) {
      const oldest = idle.shift();
      if (oldest === undefined) return;
      retire(oldest);
    }
  }

  /** One after the other: nobody waits for these. */
  async function spareUp(): Promise<void> {
    if (isSparing) return;
    isSparing = true;
    while ([...slots].filter((slot) => slot.owner === null && !slot.retired).length < bounds.spares) {
      const opened = await open(await parts.sparePlace(), [], null);
      const ready = opened.ok ? await readyOf(opened.value) : opened;
      if (!ready.ok) {
        log.debug({ says: ready.error }, "no spare interpreter could be made");
        break;
      }
      refill(ready.value);
    }
    isSparing = false;
  }

  async function taken(slot: Slot, memoryBytes: number): Promise<Result<Launched, string>> {
    slot.usedAt = ++uses;
    slot.running += 1; // from now on it is not dropped
    clearTimeout(slot.idle);
    if (slot.place.isUsedOnce) slot.retired = true; // but when this has ended
    const waiting = memoryBytes === slot.memoryBytes ? slot.waiting.shift() : undefined;
    const launched = await (waiting ?? fork(slot, memoryBytes));
    if (!launched.ok) {
      // It is gone, and will be told so. Other refusals are of this fork, not of what forks.
      if (launched.error === endedEarly) slot.retired = true;
      leave(slot);
      return launched;
    }
    cameFrom.set(launched.value, slot);
    void isOver(launched.value).then(() => leave(slot));
    return launched;
  }

  function chosen({ owner, place, memoryBytes, facts }: Wish): Slot | undefined {
    const fit = [...slots].filter(
      (slot) =>
        !slot.retired &&
        slot.place.key === place.key &&
        serves(slot, facts) &&
        (!place.isUsedOnce || waitsFor(slot, memoryBytes)),
    );
    const own = fit
      .filter((slot) => slot.owner === owner)
      .sort((a, b) => b.modules.length - a.modules.length)[0];
    return own ?? fit.find((slot) => slot.owner === null);
  }

  /** A plain one for this owner and place; who asks while it is made waits for the same. */
  function openPlain({ owner, place }: Wish): Promise<Result<Slot, string>> {
    const name = `${owner} ${place.key}`;
    const known = coming.get(name);
    if (known !== undefined && !place.isUsedOnce) return known;
    const made = open(place, [], owner).then((opened) => (opened.ok ? readyOf(opened.value) : opened));
    if (place.isUsedOnce) return made;
    coming.set(name, made);
    void made.then(() => coming.delete(name));
    return made;
  }

  async function takeNew(wish: Wish): Promise<Result<Launched, string>> {
    const ready = await openPlain(wish);
    if (!ready.ok) return ready;
    // In the meantime one with the program's modules may have taken its place.
    if (ready.value.retired) return takeAny(wish);
    const launched = await taken(ready.value, wish.memoryBytes);
    if (!launched.ok) retire(ready.value);
    return launched;
  }

  /** One at a time for each owner; of the wishes that come meanwhile the newest is next. */
  async function prepareInTurn(first: Wish): Promise<void> {
    const { owner } = first;
    preparing.set(owner, null);
    for (let wish: Wish | null = first; wish !== null;) {
      const again = await makeReady(wish);
      wish = preparing.get(owner) ?? (again ? wish : null);
      preparing.set(owner, null);
    }
    preparing.delete(owner);
  }

  function prepare(wish: Wish): void {
    if (preparing.has(wish.owner)) preparing.set(wish.owner, wish);
    else void prepareInTurn(wish);
  }

  /** True when it is to be tried once more, without a module that turned out to be noticed. */
  async function makeReady({ owner, place, memoryBytes, facts }: Wish): Promise<boolean> {
    const skip = unsafeIn(place);
    const modules = facts.sets === "unknown" ? [] : facts.modules.filter((module) => !skip.has(module));
    const own = [...slots].filter((slot) => slot.owner === owner && !slot.retired);
    const isThere = own.some(
      (slot) =>
        slot.place.key === place.key &&
        sameList(slot.modules, modules) &&
        (!place.isUsedOnce || waitsFor(slot, memoryBytes)),
    );
    if (isThere) return false;
    const opened = await open(place, modules, owner);
    if (!opened.ok) return false;
    const ready = await readyOf(opened.value);
    if (!ready.ok) return modules.some((module) => skip.has(module));
    refill(ready.value, place.isUsedOnce ? memoryBytes : undefined);
    for (const old of own) retire(old);
    return false;
  }

  async function takeAny(wish: Wish): Promise<Result<Launched, string>> {
    const slot = wish.place.isPrivate ? undefined : chosen(wish);
    if (slot === undefined) return takeNew(wish);
    if (slot.owner === null) slot.owner = wish.owner;
    return taken(slot, wish.memoryBytes);
  }

  return {
    async take(wish) {
      const launched = await takeAny(wish);
      if (!launched.ok) return launched;
      void isOver(launched.value).then(() => {
        // Whoever ran it is likely to run it again.
        if (wish.isKept) prepare(wish);
        return spareUp();
      });
      return launched;
    },
    prepare,

    lost(launched) {
      const slot = cameFrom.get(launched);
      if (slot !== undefined) retire(slot);
    },

    forget(owner) {
      for (const slot of slots) if (slot.owner === owner) retire(slot);
    },
  };
}
/** Resolves when nothing is left of a run and all that it wrote has been read, after whoever waits for that has had a turn. */
async function isOver(launched: Launched): Promise<void> {
  await launched.ended;
  await Promise.all(fromTheProgram.map((pipe) => closed(launched[pipe])));
  await setImmediate();
}

const fromTheProgram = ["stdout", "stderr", "notes", "results", "sources"] as const;

/** Nothing is loaded that the program does not import itself, takes for its own, or would have prepared the environment for. */
function serves(slot: Slot, facts: Wish["facts"]): boolean {
  const { report, modules } = slot;
  if (report === null) return false;
  if (modules.length === 0) return true;
  if (facts.sets === "unknown" || !modules.every((module) => facts.modules.includes(module))) return false;
  if (report.loaded.some((name) => facts.ownNames.has(name))) return false;
  return ![...facts.sets].some((name) => report.variables.includes(name) || nativeVariables.test(name));
}

/** What is used once can't be forked again for another size. */
const waitsFor = (slot: Slot, memoryBytes: number): boolean =>
  slot.waiting.length > 0 && slot.memoryBytes === memoryBytes;

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));
