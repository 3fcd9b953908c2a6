/** The program in the editor: opening, saving and naming, so that no unsaved text is ever lost on the way. */
import { batch, effect } from "@preact/signals";
import type { RunId, SnippetId } from "../../contract/ids.ts";
import type { Snippet } from "../../contract/snippets.ts";
import type { Api } from "../api/client.ts";
import { starterProgram } from "../editor/starter.ts";
import { filesProblem, sameFiles, type Files } from "../files/program-files.ts";
import { fileNameOf } from "../run/run-words.ts";
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
    files: Files,
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
  savedFiles: [],
};

const asProgram = ({ id, revision, name, code, files }: Snippet): OpenProgram => ({
  snippetId: id,
  revision,
  name,
  savedCode: code,
  savedFiles: files,
});

export function createPrograms(parts: ProgramParts): Programs {
  const { app, api, drafts } = parts;

  const set = (program: OpenProgram, code: string, files: Files): void =>
    batch(() => {
      app.program.value = program;
      app.code.value = code;
      app.files.value = files;
      app.openPath.value = null;
      app.opening.value += 1;
    });
  const setDraft = ({ snippetId, revision, name, savedCode, savedFiles, code, files }: Draft): void =>
    set({ snippetId, revision, name, savedCode, savedFiles }, code, files);
  const asDraft = (): Draft => ({
    ...app.program.peek(),
    savedFiles: [...app.program.peek().savedFiles],
    code: app.code.peek(),
    files: [...app.files.peek()],
    runId: app.run.peek()?.id ?? null,
    at: parts.now(),
  });

  /** Before another program comes: unsaved text goes where it is found again, and the user is told. */
  const leave = (): void => {
    const { snippetId, name } = app.program.value;
    const isEmpty = app.code.value.trim() === "" && app.files.value.length === 0;
    if (!app.unsaved.value || isEmpty) return drafts.drop(snippetId);
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
    const asSaved = (): void => set(asProgram(snippet), snippet.code, snippet.files);
    if (draft === null || (draft.code === snippet.code && sameFiles(draft.files, snippet.files))) {
      drafts.drop(id);
      asSaved();
    } else {
      // With the revision that was edited: saving tells of a change made elsewhere since.
      const { savedCode, savedFiles } = draft.revision === snippet.revision ? asProgram(snippet) : draft;
      set(
        { ...asProgram(snippet), revision: draft.revision, savedCode, savedFiles },
        draft.code,
        draft.files,
      );
      app.notify({
        kind: "info",
        says: "Your unsaved changes are back.",
        action: { label: "Discard them", run: asSaved },
      });
    }
    parts.onOpened(id);
    return true;
  };

  const openNew = (): void => {
    leave();
    const draft = drafts.find(null);
    if (draft !== null) setDraft(draft);
    else set(starter, starterProgram, []);
    parts.onOpened(null);
  };

  const openText = (name: string, code: string): void => {
    leave();
    set({ snippetId: null, revision: null, name, savedCode: "", savedFiles: [] }, code, []);
    parts.onOpened(null);
  };

  const bringBack = (): void => {
    const draft = drafts.takeAside();
    if (draft === null) return app.notify({ kind: "info", says: "There is no earlier unsaved program." });
    leave();
    setDraft(draft);
    parts.onOpened(null);
  };

  const openOfRun: Programs["openOfRun"] = async (run, snippetId, fileName, code, files) => {
    const draft = drafts.find(snippetId);
    if (draft?.runId === run) return setDraft(draft);
    const found = snippetId === null ? null : await api.getSnippet({ params: { snippet: snippetId } });
    if (found?.ok === true) return set(asProgram(found.value), code, files);
    const isOther = draft !== null && (draft.code !== code || !sameFiles(draft.files, files));
    if (isOther && draft.snippetId === null) drafts.setAside(draft);
    // The run keeps its text: until it is edited there is nothing to lose.
    set({ snippetId: null, revision: null, name: fileName, savedCode: code, savedFiles: files }, code, files);
  };

  /** Says why the files can't be saved as they are. */
  const canSend = (name = app.program.value.name): boolean => {
    const problem = filesProblem(app.files.value, fileNameOf(name));
    if (problem !== null) app.notify({ kind: "warn", says: problem, hint: "Nothing has been saved." });
    return problem === null;
  };

  const save = async (): Promise<void> => {
    const { snippetId, revision } = app.program.value;
    if (snippetId === null || revision === null) return parts.ask("name");
    if (!canSend()) return;
    const code = app.code.value;
    const files = app.files.value;
    // What did not change need not be sent; a snippet of one file stays as small as it was.
    const changed = sameFiles(files, app.program.value.savedFiles) ? {} : { files: [...files] };
    const answer = await api.updateSnippet({
      params: { snippet: snippetId },
      body: { code, revision, ...changed },
    });
    if (answer.ok) {
      app.program.value = { ...asProgram(answer.value), savedCode: code, savedFiles: files };
      app.notify({ kind: "ok", says: `Saved “${answer.value.name}”.` });
    } else if (answer.error.code === "conflict") parts.ask("conflict");
    else if (answer.error.code === "not-found") {
      app.program.value = {
        ...app.program.value,
        snippetId: null,
        revision: null,
        savedCode: "",
        savedFiles: [],
      };
      app.notify({
        kind: "warn",
        says: "This snippet was deleted elsewhere.",
        hint: "Save it as a new one.",
      });
      parts.ask("name");
    } else app.explain(answer.error);
  };

  const saveAs = async (name: string): Promise<boolean> => {
    if (!canSend(name)) return false;
    const code = app.code.value;
    const files = app.files.value;
    const before = app.program.value.snippetId;
    const answer = await api.createSnippet({ body: { name, code, files: [...files] } });
    if (!answer.ok) {
      app.explain(answer.error);
      return false;
    }
    drafts.drop(before);
    app.program.value = { ...asProgram(answer.value), savedCode: code, savedFiles: files };
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
    void [app.code.value, app.files.value, app.program.value, app.run.value?.id];
    clearTimeout(timer);
    timer = setTimeout(keep, pauseMs);
  });
  addEventListener("pagehide", keep);
  addEventListener("beforeunload", (event) => {
    keep();
    if (!isKept) event.preventDefault();
  });
}
