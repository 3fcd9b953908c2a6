/** The installations of each owner: what is under way, what came of it, and who is told. Kept in memory only. */
import type { Installation } from "../../contract/environments.ts";
import { done, refused, type Result } from "../../contract/failures.ts";
import type { InstallationId, OwnerId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import { instant, type Clock } from "../clock.ts";
import { newId } from "../new-id.ts";
import { cancelled } from "./install-words.ts";
import type { Progress } from "./installer.ts";
import type { InstallationWatch } from "./watch.ts";

/** How one went: the sentence that is shown, and whether it is a failure. */
export interface Ending {
  readonly ok: boolean;
  readonly says: string;
}

/** Does the work of one installation. Never rejects. */
export type Work = (signal: AbortSignal, progress: (now: Progress) => void) => Promise<Ending>;

export interface Installations extends InstallationWatch {
  /** One owner's go one after another: each builds on the one before. */
  start(ownerId: OwnerId, requirements: readonly string[], work: Work): Result<Installation>;
  find(ownerId: OwnerId, id: InstallationId): Installation | null;
  /** Resolves when it has ended. */
  cancel(ownerId: OwnerId, id: InstallationId): Promise<Installation | null>;
  /** Cancels all and resolves when none is left. */
  close(): Promise<void>;
}

interface Known {
  view: Installation;
  readonly cancelled: AbortController;
  ended: Promise<void>;
}

/** A page needs no more pictures of it a second. */
const tellEveryMs = 100;

export function createInstallations(clock: Clock): Installations {
  const owners = new Map<OwnerId, Map<InstallationId, Known>>();
  const watchers = new Map<OwnerId, Set<(installation: Installation) => void>>();
  const now = (): string => instant(clock.now());

  const change = (ownerId: OwnerId, known: Known, what: Partial<Installation>): void => {
    known.view = { ...known.view, ...what };
    for (const tell of watchers.get(ownerId) ?? []) tell(known.view);
  };

  const run = async (ownerId: OwnerId, known: Known, before: Promise<unknown>, work: Work): Promise<void> => {
    const { signal } = known.cancelled;
    await Promise.race([before, new Promise((resolve) => signal.addEventListener("abort", resolve))]);
    const pace = createPace((what: Progress) =>
      change(ownerId, known, {
        log: what.log,
        fetched: [...what.fetched],
        says: what.says ?? known.view.says,
      }),
    );
    const { ok, says } = signal.aborted
      ? { ok: false, says: cancelled.says }
      : await work(signal, (progress) => pace.give(progress));
    pace.flush();
    change(ownerId, known, { state: ok ? "done" : "failed", says, endedAt: now() });
    forgetOldest(owners, ownerId);
  };

  return {
    start(ownerId, requirements, work) {
      const own = owners.get(ownerId) ?? new Map<InstallationId, Known>();
      const running = [...own.values()].filter(({ view }) => view.state === "running");
      if (running.length >= limits.installationsPerOwner)
        return refused({
          code: "too-many",
          says: `${running.length} of your installations are under way or wait.`,
        });
      const id = newId<InstallationId>(clock.now());
      const view: Installation = {
        id,
        environmentId: "managed",
        state: "running",
        requirements: [...requirements],
        log: "",
        fetched: [],
        says: running.length === 0 ? "Beginning" : "Waiting for the one before",
        startedAt: now(),
        endedAt: null,
      };
      const known: Known = { view, cancelled: new AbortController(), ended: Promise.resolve() };
      owners.set(ownerId, own.set(id, known));
      known.ended = run(ownerId, known, Promise.all(running.map(({ ended }) => ended)), work);
      return done(view);
    },
    find: (ownerId, id) => owners.get(ownerId)?.get(id)?.view ?? null,
    async cancel(ownerId, id) {
      const known = owners.get(ownerId)?.get(id);
      if (known === undefined) return null;
      known.cancelled.abort();
      await known.ended;
      return known.view;
    },
    watch(ownerId, tell) {
      const all = watchers.get(ownerId) ?? new Set();
      watchers.set(ownerId, all.add(tell));
      for (const { view } of owners.get(ownerId)?.values() ?? []) if (view.state === "running") tell(view);
      return () => {
        all.delete(tell);
        if (all.size === 0 && watchers.get(ownerId) === all) watchers.delete(ownerId);
      };
    },
    async close() {
      const all = [...owners.values()].flatMap((own) => [...own.values()]);
      for (const { cancelled } of all) cancelled.abort();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}

/** Of owners with nothing under way, those who came first are forgotten. */
function forgetOldest(owners: Map<OwnerId, Map<InstallationId, Known>>, ownerId: OwnerId): void {
  const own = owners.get(ownerId) ?? new Map<InstallationId, Known>();
  const ended = [...own].filter(([, { view }]) => view.state !== "running");
  for (const [id] of ended.slice(0, Math.max(0, own.size - limits.installationsKeptPerOwner))) own.delete(id);
  const idle = [...owners].filter(([, theirs]) =>
    [...theirs.values()].every(({ view }) => view.endedAt !== null),
  );
  for (const [owner] of idle.slice(0, Math.max(0, idle.length - mostIdleOwners))) owners.delete(owner);
}

const mostIdleOwners = 200;

/** Gives on the newest at most every `tellEveryMs`, the last one always. */
function createPace<T>(giveOn: (newest: T) => void) {
  let newest: { readonly value: T } | null = null;
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (newest !== null) giveOn(newest.value);
    newest = null;
  };
  return {
    flush,
    give(value: T): void {
      newest = { value };
      timer ??= setTimeout(flush, tellEveryMs);
    },
  };
}
