/** Renaming and deleting: what is done at the server, and what it means for the program that is open. */
import type { SnippetSummary } from "../../contract/snippets.ts";
import { useApi } from "../api/api-context.ts";
import { sameFiles } from "../files/program-files.ts";
import { useActions } from "../state/actions.ts";
import { useApp, type OpenProgram } from "../state/app-state.ts";

/** The program that was open when its snippet was deleted, and what it went on as. */
interface Parted {
  readonly before: OpenProgram;
  readonly after: OpenProgram;
}

export interface SnippetChanges {
  readonly rename: (snippet: SnippetSummary, name: string) => Promise<void>;
  /** Deletes and offers the way back. */
  readonly remove: (snippet: SnippetSummary) => Promise<void>;
}

/** `reload` is called after each change, and after a refusal, for the list may be out of date then. */
export function useSnippetChanges(reload: () => Promise<void>): SnippetChanges {
  const api = useApi();
  const app = useApp();
  const actions = useActions();

  const rename = async (snippet: SnippetSummary, name: string): Promise<void> => {
    const { id, revision } = snippet;
    const answer = await api.updateSnippet({ params: { snippet: id }, body: { name, revision } });
    if (!answer.ok) app.explain(answer.error);
    else {
      const program = app.program.value;
      const open = program.snippetId === id;
      // An older revision in the editor stays older: its save must still be told of the other's change.
      const next = program.revision === revision ? answer.value.revision : program.revision;
      if (open) app.program.value = { ...program, name: answer.value.name, revision: next };
    }
    await reload();
  };

  const remove = async (snippet: SnippetSummary): Promise<void> => {
    const answer = await api.deleteSnippet({ params: { snippet: snippet.id } });
    await reload();
    if (!answer.ok) return app.explain(answer.error);
    const before = app.program.value;
    const open = before.snippetId === snippet.id;
    if (open) {
      // The text stays as a new program; it is not "left", so nobody need be told of unsaved changes.
      const files = app.files.value;
      app.program.value = { ...before, savedCode: app.code.value, savedFiles: files };
      actions.openText(before.name, app.code.value);
      app.files.value = files;
    }
    const parted = open ? { before, after: app.program.value } : null;
    app.notify({
      kind: "info",
      says: `“${snippet.name}” was deleted.`,
      hint: open ? "Its text is still in the editor." : "It can be brought back for seven days.",
      action: { label: "Undo", run: () => void restore(snippet, parted) },
    });
  };

  const restore = async (snippet: SnippetSummary, parted: Parted | null): Promise<void> => {
    const answer = await api.restoreSnippet({ params: { snippet: snippet.id } });
    await reload();
    if (!answer.ok) return app.explain(answer.error);
    if (parted !== null && app.program.value === parted.after) {
      const { revision, code: savedCode, files: savedFiles } = answer.value;
      const unchanged = app.code.value === savedCode && sameFiles(app.files.value, savedFiles);
      app.program.value = { ...(unchanged ? parted.after : parted.before), revision, savedCode, savedFiles };
      if (unchanged) await actions.openSnippet(snippet.id);
    }
    app.notify({ kind: "ok", says: `“${snippet.name}” is back.` });
  };

  return { rename, remove };
}
