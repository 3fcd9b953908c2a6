/** One text model for the program and for each file beside it, the same as the page's state, whichever of them changes. */
import { effect, untracked } from "@preact/signals";
import { withFile } from "../files/program-files.ts";
import type { AppState } from "../state/app-state.ts";
import { languageOf } from "./file-languages.ts";
import { monaco } from "./monaco.ts";

interface Kept {
  readonly model: monaco.editor.ITextModel;
  /** The text that both sides know. */
  known: string;
  /** Where the cursor and the scroll bar were when another file came. */
  view: monaco.editor.ICodeEditorViewState | null;
}

export interface FileModels {
  /** The path of a model's file; null is the program itself. */
  readonly pathOf: (model: monaco.editor.ITextModel) => string | null;
  readonly dispose: () => void;
}

/** Until disposed of, the editor shows the file that `app.openPath` names, null being the program. */
export function keepModels(app: AppState, editor: monaco.editor.IStandaloneCodeEditor): FileModels {
  const kept = new Map<string | null, Kept>();
  let shown: string | null = null;
  let program = app.program.peek().snippetId;

  const make = (path: string | null, text: string): Kept => {
    const model = monaco.editor.createModel(text, path === null ? "python" : languageOf(path));
    model.updateOptions({
      tabSize: path === null || path.endsWith(".py") ? 4 : 2,
      insertSpaces: true,
      bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
    });
    const made: Kept = { model, known: text, view: null };
    model.onDidChangeContent(() => {
      made.known = model.getValue();
      if (path === null) app.code.value = made.known;
      else {
        const file = app.files.peek().find((other) => other.path === path);
        if (file !== undefined)
          app.files.value = withFile(app.files.peek(), { ...file, content: made.known });
      }
    });
    kept.set(path, made);
    return made;
  };
  const drop = (path: string): void => {
    kept.get(path)?.model.dispose();
    kept.delete(path);
  };
  /** What was loaded reaches the model: as new, or as an edit that can be undone. */
  const bring = (own: Kept, text: string, isOther: boolean): void => {
    const { model } = own;
    if (text === own.known) return;
    own.known = text;
    if (isOther) {
      model.setValue(text);
      if (editor.getModel() === model) editor.setScrollPosition({ scrollTop: 0, scrollLeft: 0 });
      return;
    }
    const selections = editor.getModel() === model ? editor.getSelections() : null;
    model.pushStackElement();
    model.pushEditOperations(selections, [{ range: model.getFullModelRange(), text }], () => [
      new monaco.Selection(1, 1, 1, 1),
    ]);
    model.pushStackElement();
  };
  const show = (path: string | null, own: Kept): void => {
    if (editor.getModel() === own.model) return;
    const before = kept.get(shown);
    if (before !== undefined) before.view = editor.saveViewState();
    editor.setModel(own.model);
    editor.updateOptions({ ariaLabel: path ?? "Program" });
    if (own.view !== null) editor.restoreViewState(own.view);
    shown = path;
  };

  const stop = effect(() => {
    const code = app.code.value;
    const files = app.files.value;
    const open = app.openPath.value;
    const { snippetId } = app.program.value;
    untracked(() => {
      const isOther = snippetId !== program;
      program = snippetId;
      const own = kept.get(null) ?? make(null, code);
      bring(own, code, isOther);
      const openFile = files.find(({ path }) => path === open);
      const isText = openFile?.encoding === "utf8";
      // Before a model goes that the editor shows, another one comes.
      if (isText && openFile !== undefined)
        show(open, kept.get(openFile.path) ?? make(openFile.path, openFile.content));
      else show(null, own);
      const texts = new Map(
        files.filter(({ encoding }) => encoding === "utf8").map((file) => [file.path, file.content]),
      );
      for (const [path, other] of kept) {
        const text = path === null ? null : texts.get(path);
        if (path === null || text === null) continue;
        if (text === undefined || (isOther && path !== open)) drop(path);
        else bring(other, text, isOther);
      }
    });
  });
  return {
    pathOf: (model) => [...kept].find(([, own]) => own.model === model)?.[0] ?? null,
    dispose: () => {
      stop();
      for (const { model } of kept.values()) model.dispose();
      kept.clear();
    },
  };
}
