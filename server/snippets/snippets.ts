/** Saved programs: the handlers of the snippet routes. */
import { done, refused, type Refusal } from "../../contract/failures.ts";
import type { SnippetId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import type { Snippet, SnippetSummary } from "../../contract/snippets.ts";
import { instant, type Clock } from "../clock.ts";
import type { Handlers } from "../http/handlers.ts";
import { newId } from "../new-id.ts";
import { byPath, toFileRow, toProgramFile } from "../store/program-file.ts";
import type { SnippetListRow, SnippetRow, SnippetStore } from "../store/snippet-store.ts";

export type SnippetHandlers = Pick<
  Handlers,
  "listSnippets" | "createSnippet" | "getSnippet" | "updateSnippet" | "deleteSnippet" | "restoreSnippet"
>;

export function createSnippets(parts: {
  readonly store: SnippetStore;
  readonly clock: Clock;
  /** Live snippets that one owner may have. */
  readonly perOwner?: number;
}): SnippetHandlers {
  const { store, clock, perOwner = limits.snippetsPerOwner } = parts;
  /** Whatever was deleted longer ago than it can be brought back; done when something is deleted or brought back. */
  const purge = () => store.purge(clock.now() - limits.snippetUndoMs);

  return {
    async listSnippets({ query }, { ownerId }) {
      const { rows, total } = await store.list(ownerId, query.q?.trim() ?? "", limits.snippetsPerPage);
      return done({ snippets: rows.map(toSummary), total });
    },

    async createSnippet({ body }, { ownerId }) {
      const fault = codeFault(body.code);
      if (fault !== null) return refused(fault);
      const now = clock.now();
      const row: SnippetRow = {
        id: newId<SnippetId>(now),
        ownerId,
        name: body.name,
        code: body.code,
        files: byPath(body.files.map(toFileRow)),
        revision: 1,
        createdAt: now,
        updatedAt: now,
        deletedAt: null,
      };
      return (await store.create(row, perOwner)) ? done(toSnippet(row)) : refused(tooMany(perOwner));
    },

    async getSnippet({ params }, { ownerId }) {
      const row = await store.find(ownerId, params.snippet);
      return row === null ? refused(gone) : done(toSnippet(row));
    },

    async updateSnippet({ params, body }, { ownerId }) {
      const fault = body.code === undefined ? null : codeFault(body.code);
      if (fault !== null) return refused(fault);
      const change = {
        ...(body.name === undefined ? {} : { name: body.name }),
        ...(body.code === undefined ? {} : { code: body.code }),
        ...(body.files === undefined ? {} : { files: body.files.map(toFileRow) }),
        updatedAt: clock.now(),
      };
      const updated = await store.update(ownerId, params.snippet, body.revision, change);
      return updated.ok ? done(toSnippet(updated.value)) : refused({ code: updated.error });
    },

    async deleteSnippet({ params }, { ownerId }) {
      await purge();
      return (await store.remove(ownerId, params.snippet, clock.now())) ? done({}) : refused(gone);
    },

    async restoreSnippet({ params }, { ownerId }) {
      await purge();
      const restored = await store.restore(ownerId, params.snippet, perOwner);
      if (restored.ok) return done(toSnippet(restored.value));
      return refused(restored.error === "full" ? tooMany(perOwner) : gone);
    },
  };
}

const gone: Refusal = { code: "not-found" };

const tooMany = (perOwner: number): Refusal => ({
  code: "too-many-snippets",
  says: `There is no room for more than ${perOwner.toLocaleString("en")} snippets.`,
});

/** The schema counts characters; what is kept is bytes. */
function codeFault(code: string): Refusal | null {
  if (Buffer.byteLength(code) <= limits.codeBytes) return null;
  const says = `must not be longer than ${limits.codeBytes.toLocaleString("en")} bytes`;
  return { code: "bad-request", fields: [{ field: "code", says }] };
}

function toSummary(row: SnippetListRow): SnippetSummary {
  return {
    id: row.id,
    name: row.name,
    revision: row.revision,
    fileCount: row.fileCount,
    createdAt: instant(row.createdAt),
    updatedAt: instant(row.updatedAt),
  };
}

const toSnippet = (row: SnippetRow): Snippet => ({
  ...toSummary({ ...row, fileCount: row.files.length }),
  code: row.code,
  files: row.files.map(toProgramFile),
});
