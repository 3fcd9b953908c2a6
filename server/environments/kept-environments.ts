/**
 * Managed environments on disk, by content: `KEY.json` says which directory holds it, what is in it, and, by its own time of
 * change, when it was last used. A directory that no record names is not there yet, or is a leftover.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { processStart } from "../process-start.ts";
import { done, refused, type Result } from "../../contract/failures.ts";
import { limits } from "../../contract/limits.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { removeTree } from "./remove-tree.ts";

const Contents = z.object({
  packages: z.array(z.object({ name: z.string(), version: z.string() })),
  /** Top-level names that can be imported. */
  modules: z.array(z.string()),
  bytes: z.number(),
});
export type Contents = z.infer<typeof Contents>;

const Record = z.extend(Contents, {
  /** A name beside the record. */
  directory: z.string().check(z.regex(/^[0-9a-f]{24}-\d+-\d+(?:-\d+)?-[0-9a-f]{8}$/)),
});

export interface Kept extends Contents {
  /** Absolute path: the virtual environment itself. */
  readonly path: string;
}

export interface KeptEnvironments {
  /** Null when there is none. Finding one is using it. */
  find(key: string): Promise<Kept | null>;
  /** The same without using it: for lists. */
  look(key: string): Promise<Kept | null>;
  /** A new empty directory for `key`, after room was made; the error is a sentence. */
  begin(key: string): Promise<Result<string, string>>;
  /** From now on `directory` is the environment. Another server may have been first: then that one is. */
  keep(key: string, directory: string, contents: Contents): Promise<Kept>;
  /** Removes what servers left that are no more; `begin` has done it, too. */
  sweep(): Promise<void>;
  /** It came to nothing. */
  discard(directory: string): Promise<void>;
}

export interface KeptParts {
  /** Made when it is first needed. */
  readonly directory: string;
  /** Programs run as users other than the server's. */
  readonly asOthers: boolean;
  /** What was used within this time may be in use. */
  readonly inUseMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly most?: { readonly count: number; readonly bytes: number };
}

export function keepEnvironments(parts: KeptParts): KeptEnvironments {
  const { directory: base, clock, log } = parts;
  const most = parts.most ?? { count: limits.environmentsKept, bytes: limits.environmentsBytes };
  const recordOf = (key: string): string => join(base, `${key}.json`);
  let opened: Promise<void> | null = null;
  const own = processStart(process.pid).then((start) => `${process.pid}-${start}`);
  const freshName = async (key: string): Promise<string> =>
    `${key}-${await own}-${randomBytes(4).toString("hex")}`;

  const look = async (key: string): Promise<Kept | null> => {
    const text = await readFile(recordOf(key), "utf8").catch(() => null);
    if (text === null) return null;
    const record = readRecord(text);
    if (record === null) return null;
    const path = join(base, record.directory);
    const isThere = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    return isThere ? { ...record, path } : null;
  };

  const find = async (key: string): Promise<Kept | null> => {
    const kept = await look(key);
    const now = clock.now() / 1000;
    if (kept !== null) await utimes(recordOf(key), now, now);
    return kept;
  };

  const remove = async (name: string): Promise<void> => {
    try {
      await removeTree(join(base, name), join(base, await freshName(removedKey)));
    } catch (error) {
      log.warn({ err: error, name }, "an environment could not be removed whole");
    }
  };

  const forget = async (key: string): Promise<void> => {
    const kept = await look(key);
    await unlink(recordOf(key));
    if (kept !== null) await remove(kept.path.slice(base.length + 1));
  };

  /** Removes what a server left that is no more: one that lives may be making its own. */
  const sweep = async (): Promise<void> => {
    const names = await readdir(base);
    const records = names.filter((name) => name.endsWith(".json"));
    const kept = new Set<string>();
    for (const name of records) {
      const found = await look(name.slice(0, -".json".length));
      if (found === null) await unlink(join(base, name));
      else kept.add(found.path);
    }
    for (const name of names) {
      const [, pid, start] = /^[0-9a-f]{24}-(\d+)-(\d+)-[0-9a-f]{8}(?:\.new)?$/.exec(name) ?? [];
      if (pid === undefined || kept.has(join(base, name))) continue;
      if ((await processStart(Number(pid))) !== start) await remove(name);
    }
  };

  const open = async (): Promise<void> => {
    await mkdir(base, { recursive: true, mode: parts.asOthers ? 0o755 : 0o700 });
    await sweep();
  };

  /** The error is why there is no room for one more. */
  const makeRoom = async (): Promise<string | null> => {
    const records: { key: string; usedAt: number; bytes: number }[] = [];
    for (const name of await readdir(base)) {
      if (!name.endsWith(".json")) continue;
      const key = name.slice(0, -".json".length);
      const kept = await look(key);
      const usedAt = await stat(join(base, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
      records.push({ key, usedAt, bytes: kept?.bytes ?? 0 });
    }
    records.sort((one, other) => one.usedAt - other.usedAt);
    let count = records.length;
    let bytes = records.reduce((sum, record) => sum + record.bytes, 0);
    for (const record of records) {
      if (count < most.count && bytes < most.bytes) return null;
      if (clock.now() - record.usedAt < parts.inUseMs) break;
      log.info({ environment: record.key, bytes: record.bytes }, "an environment made room for another");
      await forget(record.key);
      count -= 1;
      bytes -= record.bytes;
    }
    return count < most.count && bytes < most.bytes
      ? null
      : "There is no room for another environment: all that are kept may be in use.";
  };

  return {
    find,
    look,
    async sweep() {
      const isThere = await stat(base).then(
        () => true,
        () => false,
      );
      if (isThere) await (opened ??= open());
    },
    async begin(key) {
      try {
        await (opened ??= open());
        const full = await makeRoom();
        if (full !== null) return refused(full);
        const path = join(base, await freshName(key));
        await mkdir(path, { mode: 0o755 });
        return done(path);
      } catch (error) {
        opened = null;
        return refused(`A directory for it could not be made: ${(error as Error).message}.`);
      }
    },
    async keep(key, directory, contents) {
      const first = await find(key);
      if (first !== null) {
        await remove(directory.slice(base.length + 1));
        return first;
      }
      const fresh = `${directory}.new`;
      await writeFile(fresh, JSON.stringify({ ...contents, directory: directory.slice(base.length + 1) }), {
        mode: 0o600,
      });
      await rename(fresh, recordOf(key));
      return { ...contents, path: directory };
    },
    discard: (directory) => remove(directory.slice(base.length + 1)),
  };
}

/** Stands in for a key in the names of what is being removed. */
const removedKey = "0".repeat(24);

function readRecord(text: string): z.infer<typeof Record> | null {
  try {
    return Record.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // A record that was cut off by a crash is none.
    return null;
  }
}
