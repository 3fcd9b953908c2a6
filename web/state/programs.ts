/** The program in the editor: opening, saving and naming, so that no unsaved text is ever lost on the way. */
import { batch, effect } from "@preact/signals";
import type { RunId, SnippetId } from "../../contract/ids.ts";
import type { Snippet } from "../../contract/snippets.ts";
import type { Api } from "../api/client.ts";
import { starterProgram } from "../editor/starter.ts";
import type { AppState, OpenProgram } from "./app-state.ts";
import type { Draft, Drafts } from "./drafts.ts";

export interface ProgramParts {
  readonly app: AppState;
  readonly api: Api;
  readonly drafts: Drafts;
  readonly now: () => number;
  /** Another program is open: the address follows. */
  readonly onOpened: (snippetId: SnippetId | null) => void;
  /** Asks for a name, or what to do about a change made elsewhere. */
  readonly ask: (about: "name" | "conflict") => void;
}

export interface Programs {
  readonly openSnippet: (id: SnippetId) => Promise<boolean>;
  readonly openNew: () => void;
  readonly openText: (name: string, code: string) => void;
  /** The program that a run ran, or the text that was in the editor when the page was left at that run. */
  readonly openOfRun: (
    run: RunId,
    snippetId: SnippetId | null,
    fileName: string,
    code: string,
  ) => Promise<void>;
  readonly save: () => Promise<void>;
  readonly saveAs: (name: string) => Promise<boolean>;
  /** Brings back the newest text that another program took the place of. */
  readonly bringBack: () => void;
  /** Writes the unsaved text down now; false when the browser keeps nothing. */
  readonly keepDraft: () => boolean;
}

export const starter: OpenProgram = {
  snippetId: null,
  revision: null,
  name: "main.py",
  savedCode: starterProgram,
};

const asProgram = ({ id, revision, name, code }: Snippet): OpenProgram => ({
  snippetId: id,
  revision,
  name,
  savedCode: code,
});

export function createPrograms(parts: ProgramParts): Programs {
  const { app, api, drafts } = parts;

  const set = (program: OpenProgram, code: string): void =>
    batch(() => {
      app.program.value = program;
      app.code.value = code;
    });
  const setDraft = ({ snippetId, revision, name, savedCode, code }: Draft): void =>
    set({ snippetId, revision, name, savedCode }, code);
  const asDraft = (): Draft => ({
    ...app.program.peek(),
    code: app.code.peek(),
    runId: app.run.peek()?.id ?? null,
    at: parts.now(),
  });

  /** Before another program comes: unsaved text goes where it is found again, and the user is told. */
  const leave = (): void => {
    const { snippetId, name } = app.program.value;
    if (!app.unsaved.value || app.code.value.trim() === "") return drafts.drop(snippetId);
    if (snippetId === null) drafts.setAside(asDraft());
    else drafts.keep(asDraft());
    app.notify({
      kind: "info",
      says: `The unsaved changes to “${name}” are kept.`,
      action: {
        label: "Go back to it",
        run: () => (snippetId === null ? bringBack() : void openSnippet(snippetId)),
      },
    });
  };

  const openSnippet = async (id: SnippetId): Promise<boolean> => {
    const answer = await api.getSnippet({ params: { snippet: id } });
    if (!answer.ok) {
      app.explain(answer.error);
      return false;
    }
    leave();
    const snippet = answer.value;
    const draft = drafts.find(id);
    if (draft === null || draft.code === snippet.code) {
      drafts.drop(id);
      set(asProgram(snippet), snippet.code);
    } else {
      // With the revision that was edited: saving tells of a change made elsewhere since.
      const savedCode = draft.revision === snippet.revision ? snippet.code : draft.savedCode;
      set({ ...asProgram(snippet), revision: draft.revision, savedCode }, draft.code);
      app.notify({
        kind: "info",
        says: "Your unsaved changes are back.",
        action: { label: "Discard them", run: () => set(asProgram(snippet), snippet.code) },
      });
    }
    parts.onOpened(id);
    return true;
  };

  const openNew = (): void => {
    leave();
    const draft = drafts.find(null);
    if (draft !== null) setDraft(draft);
    else set(starter, starterProgram);
    parts.onOpened(null);
  };

  const openText = (name: string, code: string): void => {
    leave();
    set({ snippetId: null, revision: null, name, savedCode: "" }, code);
    parts.onOpened(null);
  };

  const bringBack = (): void => {
    const draft = drafts.takeAside();
    if (draft === null) return app.notify({ kind: "info", says: "There is no earlier unsaved program." });
    leave();
    setDraft(draft);
    parts.onOpened(null);
  };

  const openOfRun: Programs["openOfRun"] = async (run, snippetId, fileName, code) => {
    const draft = drafts.find(snippetId);
    if (draft?.runId === run) return setDraft(draft);
    const found = snippetId === null ? null : await api.getSnippet({ params: { snippet: snippetId } });
    if (found?.ok === true) return set(asProgram(found.value), code);
    if (draft !== null && draft.snippetId === null && draft.code !== code) drafts.setAside(draft);
    // The run keeps its text: until it is edited there is nothing to lose.
    set({ snippetId: null, revision: null, name: fileName, savedCode: code }, code);
  };

  const save = async (): Promise<void> => {
    const { snippetId, revision } = app.program.value;
    if (snippetId === null || revision === null) return parts.ask("name");
    const code = app.code.value;
    const answer = await api.updateSnippet({ params: { snippet: snippetId }, body: { code, revision } });
    if (answer.ok) {
      app.program.value = { ...asProgram(answer.value), savedCode: code };
      app.notify({ kind: "ok", says: `Saved “${answer.value.name}”.` });
    } else if (answer.error.code === "conflict") parts.ask("conflict");
    else if (answer.error.code === "not-found") {
      app.program.value = { ...app.program.value, snippetId: null, revision: null, savedCode: "" };
      app.notify({
        kind: "warn",
        says: "This snippet was deleted elsewhere.",
        hint: "Save it as a new one.",
      });
      parts.ask("name");
    } else app.explain(answer.error);
  };

  const saveAs = async (name: string): Promise<boolean> => {
    const code = app.code.value;
    const before = app.program.value.snippetId;
    const answer = await api.createSnippet({ body: { name, code } });
    if (!answer.ok) {
      app.explain(answer.error);
      return false;
    }
    drafts.drop(before);
    app.program.value = { ...asProgram(answer.value), savedCode: code };
    app.notify({ kind: "ok", says: `Saved “${answer.value.name}”.` });
    parts.onOpened(answer.value.id);
    return true;
  };

  const keepDraft = (): boolean => {
    if (app.unsaved.peek()) return drafts.keep(asDraft());
    drafts.drop(app.program.peek().snippetId);
    return true;
  };

  return { openSnippet, openNew, openText, openOfRun, save, saveAs, bringBack, keepDraft };
}

/** Writes the unsaved text down shortly after each change and when the page goes away. */
export function keepDrafts(app: AppState, programs: Programs): void {
  const pauseMs = 400;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isKept = true;
  const keep = (): void => {
    clearTimeout(timer);
    const wasKept = isKept;
    isKept = programs.keepDraft();
    if (!isKept && wasKept) {
      app.notify({
        kind: "warn",
        says: "This browser can't keep unsaved text across a reload.",
        hint: "Its storage is full or switched off. Save with Ctrl+S.",
      });
    }
  };
  effect(() => {
    // What a draft is made of; any change of it starts the pause anew.
    void [app.code.value, app.program.value, app.run.value?.id];
    clearTimeout(timer);
    timer = setTimeout(keep, pauseMs);
  });
  addEventListener("pagehide", keep);
  addEventListener("beforeunload", (event) => {
    keep();
    if (!isKept) event.preventDefault();
  });
}
