/** Chosen environments in the database: two columns of the owner's session. */
import type { Database } from "./database.ts";
import type { EnvironmentStore } from "./environment-store.ts";

export function createEnvironmentStore(db: Database): EnvironmentStore {
  return {
    async find(ownerId) {
      const row = await db
        .selectFrom("session")
        .select(["environment", "requirements"])
        .where("ownerId", "=", ownerId)
        .executeTakeFirst();
      return {
        environment: row?.environment ?? null,
        requirements: row?.requirements == null ? [] : (JSON.parse(row.requirements) as string[]),
      };
    },

    async save(ownerId, { environment, requirements }) {
      await db
        .updateTable("session")
        .set({ environment, requirements: JSON.stringify(requirements) })
        .where("ownerId", "=", ownerId)
        .execute();
    },
  };
}
