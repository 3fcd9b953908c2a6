/** Snippets in the database; a deleted one stays until it is purged. */
import { sql, type Transaction } from "kysely";
import { done, refused } from "../../contract/failures.ts";
import type { OwnerId, SnippetId } from "../../contract/ids.ts";
import { atomically, type Database } from "./database.ts";
import type { DatabaseKind } from "./database-url.ts";
import { byPath, type ProgramFileRow } from "./program-file.ts";
import type { SnippetRow, SnippetStore } from "./snippet-store.ts";
import type { Tables } from "./tables.ts";

export function createSnippetStore(db: Database, kind: DatabaseKind): SnippetStore {
  /** Two writers at once may not both take an owner's last place. SQLite has one writer anyhow. */
  const countAlone = async (trx: Transaction<Tables>, ownerId: OwnerId): Promise<number> => {
    if (kind === "postgres")
      await sql`select pg_advisory_xact_lock(hashtextextended(${ownerId}, 0))`.execute(trx);
    return countLive(trx, ownerId);
  };

  return {
    create({ files, ...row }, limit) {
      return atomically(db, async (trx) => {
        if ((await countAlone(trx, row.ownerId)) >= limit) return false;
        await trx.insertInto("snippet").values(row).execute();
        await insertFiles(trx, row.id, files);
        return true;
      });
    },

    async find(ownerId, id) {
      const row = await live(db, ownerId).where("id", "=", id).selectAll().executeTakeFirst();
      return row === undefined ? null : withFiles(db, row);
    },

    async list(ownerId, search, limit) {
      const found = live(db, ownerId).$if(search !== "", (query) =>
        query.where((or) => or.or([contains("name", search), contains("code", search)])),
      );
      const rows = await found
        .select(["id", "ownerId", "name", "revision", "createdAt", "updatedAt", "deletedAt"])
        .select(fileCount)
        .orderBy("updatedAt", "desc")
        .orderBy("id", "desc")
        .limit(limit)
        .execute();
      if (rows.length < limit) return { rows, total: rows.length };
      const counted = await found
        .select((e) => e.fn.countAll<number>().as("total"))
        .executeTakeFirstOrThrow();
      return { rows, total: counted.total };
    },

    update(ownerId, id, revision, { files, ...change }) {
      return atomically(db, async (trx) => {
        const row = await trx
          .updateTable("snippet")
          .set({ ...change, revision: revision + 1 })
          .where("id", "=", id)
          .where("ownerId", "=", ownerId)
          .where("deletedAt", "is", null)
          .where("revision", "=", revision)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) {
          const other = await live(trx, ownerId).where("id", "=", id).select("id").executeTakeFirst();
          return refused(other === undefined ? ("not-found" as const) : ("conflict" as const));
        }
        if (files !== undefined) {
          await trx.deleteFrom("snippetFile").where("snippetId", "=", id).execute();
          await insertFiles(trx, id, files);
        }
        return done(await withFiles(trx, row));
      });
    },

    async remove(ownerId, id, deletedAt) {
      const removed = await db
        .updateTable("snippet")
        .set({ deletedAt })
        .where("id", "=", id)
        .where("ownerId", "=", ownerId)
        .where("deletedAt", "is", null)
        .executeTakeFirst();
      return removed.numUpdatedRows > 0n;
    },

    restore(ownerId, id, limit) {
      return atomically(db, async (trx) => {
        const count = await countAlone(trx, ownerId);
        const row = await trx
          .selectFrom("snippet")
          .selectAll()
          .where("id", "=", id)
          .where("ownerId", "=", ownerId)
          .executeTakeFirst();
        if (row === undefined) return refused("not-found" as const);
        // Asking twice is answered alike: the page may not know that the first time worked.
        if (row.deletedAt === null) return done(await withFiles(trx, row));
        if (count >= limit) return refused("full" as const);
        await trx.updateTable("snippet").set({ deletedAt: null }).where("id", "=", id).execute();
        return done(await withFiles(trx, { ...row, deletedAt: null }));
      });
    },

    async purge(deletedBefore) {
      const gone = await db.deleteFrom("snippet").where("deletedAt", "<", deletedBefore).executeTakeFirst();
      return Number(gone.numDeletedRows);
    },
  };
}

const live = (db: Database | Transaction<Tables>, ownerId: OwnerId) =>
  db.selectFrom("snippet").where("ownerId", "=", ownerId).where("deletedAt", "is", null);

async function withFiles(
  db: Database | Transaction<Tables>,
  row: Omit<SnippetRow, "files">,
): Promise<SnippetRow> {
  const files = await db
    .selectFrom("snippetFile")
    .select(["path", "encoding", "bytes"])
    .where("snippetId", "=", row.id)
    .execute();
  return { ...row, files: byPath(files) };
}

async function insertFiles(
  trx: Transaction<Tables>,
  snippetId: SnippetId,
  files: readonly ProgramFileRow[],
): Promise<void> {
  if (files.length === 0) return;
  await trx
    .insertInto("snippetFile")
    .values(files.map((file) => ({ snippetId, ...file })))
    .execute();
}

const fileCount =
  sql<number>`(select count(*) from ${sql.table("snippetFile")} where ${sql.ref("snippetFile.snippetId")} = ${sql.ref("snippet.id")})`.as(
    "fileCount",
  );

async function countLive(trx: Transaction<Tables>, ownerId: OwnerId): Promise<number> {
  const counted = await live(trx, ownerId)
    .select((e) => e.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return counted.count;
}

/** `\`, `%` and `_` of the search stand for themselves. */
function contains(column: "name" | "code", search: string) {
  const pattern = `%${search.replace(/[\\%_]/g, String.raw`\$&`)}%`;
  return sql<boolean>`lower(${sql.ref(column)}) like lower(${pattern}) escape '\\'`;
}
