/** Chosen environments in the database: two columns of the owner's session. */
import type { OwnerId } from "../../contract/ids.ts";
import type { Database } from "./database.ts";
import type { EnvironmentStore } from "./environment-store.ts";
import { keptQuery } from "./kept-statements.ts";

export function createEnvironmentStore(db: Database): EnvironmentStore {
  const choiceOf = keptQuery((ownerId: OwnerId) =>
    db.selectFrom("session").select(["environment", "requirements"]).where("ownerId", "=", ownerId),
  );
  return {
    async find(ownerId) {
      const [row] = (await db.executeQuery(choiceOf(ownerId))).rows;
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
