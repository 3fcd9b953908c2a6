/** Where a sandboxed interpreter comes from: made on demand here; a pool of warm ones can stand behind the same interface. */
import { chown } from "node:fs/promises";
import { refused, type Result } from "../../contract/failures.ts";
import { bwrapArguments, sandboxCommand, type View } from "./bwrap-arguments.ts";
import type { PythonPlace } from "./sandbox.ts";
import type { Launched, Spawner } from "./spawner.ts";

export interface Wanted {
  readonly fileName: string;
  /** Null: the sandbox's own default. */
  readonly python: PythonPlace | null;
  readonly writableDirectory: string | null;
  readonly memoryBytes: number;
  readonly input: boolean;
}

export interface Interpreters {
  /** An interpreter that waits for one job for /project/<fileName>; the error is what went wrong, in the system's words. */
  take(wanted: Wanted): Promise<Result<Launched, string>>;
}

/** `view`: asked each time, for what is found out only when a start fails. */
export function coldInterpreters(
  spawner: Spawner,
  users: Users,
  view: () => Omit<View, "fileName" | "writableDirectory">,
): Interpreters {
  return {
    async take({ fileName, python, writableDirectory, memoryBytes, input }) {
      const user = users.take();
      if (user === "none") return refused("no user is free to run another program");
      const ordinary = view();
      const seen: View = {
        ...ordinary,
        python: python?.path ?? ordinary.python,
        pythonDirectories: python?.directories ?? ordinary.pythonDirectories,
        fileName,
        writableDirectory,
      };
      const trouble = await giveTo(user, writableDirectory);
      if (trouble !== null) {
        users.giveBack(user);
        return refused(trouble);
      }
      const launched = await spawner.launch({
        args: bwrapArguments(seen),
        command: sandboxCommand(seen),
        uid: user,
        memoryBytes,
        input,
      });
      if (launched.ok) void launched.value.ended.then(() => users.giveBack(user));
      else users.giveBack(user);
      return launched;
    },
  };
}

/** The server made it and nobody else can write it yet, so it is what its name says. Null when all is well. */
const giveTo = (user: number | null, directory: string | null): Promise<string | null> =>
  directory === null || user === null
    ? Promise.resolve(null)
    : chown(directory, user, user).then(
        () => null,
        (error: Error) => `its directory could not be handed over: ${error.message}`,
      );

export interface Users {
  /** The host user for one sandbox; null: the server's own. */
  take(): number | null | "none";
  giveBack(user: number | null): void;
}

/**
 * Host users without an entry in passwd, one per running sandbox, so that what the kernel counts per user (pipes, inotify)
 * is not shared. Far above what distributions and containers hand out (systemd's UIDS-GIDS: unused from 1,879,048,192).
 */
const firstUser = 1_900_000_000;
/** For a root inside a user namespace with few users mapped: between Debian's ordinary and systemd's dynamic users. */
const firstUserOfFew = 60_800;
const userCount = 256;

/** `uid`: the server's; `uidMap`: its /proc/self/uid_map. */
export function createUsers(uid: number, uidMap: string): Users {
  if (uid !== 0) return { take: () => null, giveBack: () => undefined };
  const first = isMapped(uidMap, firstUser + userCount) ? firstUser : firstUserOfFew;
  const taken = new Set<number>();
  return {
    take() {
      for (let user = first; user < first + userCount; user += 1) {
        if (taken.has(user)) continue;
        taken.add(user);
        return user;
      }
      return "none";
    },
    giveBack(user) {
      if (user !== null) taken.delete(user);
    },
  };
}

const isMapped = (uidMap: string, uid: number): boolean =>
  uidMap.split("\n").some((line) => {
    const [inside = Number.NaN, , length = 0] = line.trim().split(/\s+/).map(Number);
    return uid >= inside && uid < inside + length;
  });
