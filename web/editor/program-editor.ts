/** Makes the Monaco editor and keeps its text and the page's state the same, whichever of them changes. */
import { effect } from "@preact/signals";
import type { PageCommand } from "../shell/page-commands.ts";
import { codeFont } from "../shell/tokens.ts";
import type { AppState } from "../state/app-state.ts";
import type { Cursor } from "./editor-pane.tsx";
import type { EditorPort } from "./editor-port.ts";
import { applyEditorTheme } from "./editor-theme.ts";
import { monaco } from "./monaco.ts";

export interface ProgramEditor extends EditorPort {
  /** Goes on where the plain field was: the selection as offsets in the text, and the focus. */
  readonly takeOver: (start: number, end: number, hasFocus: boolean) => void;
  readonly setTheme: (shown: "dark" | "light") => void;
  readonly setNarrow: (narrow: boolean) => void;
  readonly dispose: () => void;
}

export interface ProgramEditorParts {
  readonly place: HTMLElement;
  readonly app: AppState;
  readonly commands: readonly PageCommand[];
  readonly shown: "dark" | "light";
  readonly onCursor: (cursor: Cursor) => void;
}

export function createProgramEditor(parts: ProgramEditorParts): ProgramEditor {
  const { app } = parts;
  applyEditorTheme(monaco, parts.shown);
  const model = monaco.editor.createModel(app.code.peek(), "python");
  model.updateOptions({
    tabSize: 4,
    insertSpaces: true,
    bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
  });
  const editor = monaco.editor.create(parts.place, {
    model,
    theme: "page",
    ariaLabel: "Program",
    automaticLayout: true,
    fontFamily: codeFont(),
    fontSize: 13,
    lineHeight: 20,
    fontLigatures: false,
    padding: { top: 8, bottom: 8 },
    lineNumbersMinChars: 4,
    lineDecorationsWidth: 18,
    glyphMargin: false,
    folding: true,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    renderFinalNewline: "on",
    renderLineHighlightOnlyWhenFocus: false,
    guides: { indentation: true, bracketPairs: false },
    bracketPairColorization: { enabled: false },
    smoothScrolling: false,
    cursorBlinking: matchMedia("(prefers-reduced-motion: reduce)").matches ? "solid" : "blink",
    overviewRulerLanes: 0,
    hideCursorInOverviewRuler: true,
    scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
    fixedOverflowWidgets: true,
    dropIntoEditor: { enabled: false },
    wordBasedSuggestions: "currentDocument",
    suggest: { showWords: true, preview: false, showStatusBar: false },
    quickSuggestions: { other: true, comments: false, strings: false },
    stickyScroll: { enabled: false },
    unicodeHighlight: { ambiguousCharacters: true, invisibleCharacters: true },
  });
  for (const command of parts.commands) {
    editor.addAction({
      id: `page.${command.id}`,
      label: command.label,
      keybindings: command.keybinding === undefined ? [] : [keybindingOf(command.keybinding)],
      run: command.run,
    });
  }
  keepSame(app, editor, model);
  editor.onDidChangeCursorSelection(({ selection }) => {
    const { lineNumber: line, column } = selection.getPosition();
    parts.onCursor({ line, column, selected: model.getValueLengthInRange(selection) });
  });
  return {
    takeOver: (start, end, hasFocus) => {
      if (!hasFocus) return;
      editor.setSelection(monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end)));
      editor.focus();
    },
    goToLine: (line) => {
      const lineNumber = Math.min(Math.max(1, line), model.getLineCount());
      const column = model.getLineFirstNonWhitespaceColumn(lineNumber) || 1;
      editor.setPosition({ lineNumber, column });
      editor.revealLineInCenterIfOutsideViewport(lineNumber);
      editor.focus();
    },
    focus: () => editor.focus(),
    openPalette: () => {
      editor.focus();
      editor.trigger("page", "editor.action.quickCommand", null);
    },
    setTheme: (shown) => applyEditorTheme(monaco, shown),
    setNarrow: (narrow) =>
      editor.updateOptions({
        fontSize: narrow ? 12 : 13,
        wordWrap: narrow ? "on" : "off",
        wrappingIndent: "same",
        folding: !narrow,
        lineNumbersMinChars: narrow ? 3 : 4,
        lineDecorationsWidth: narrow ? 12 : 18,
      }),
    dispose: () => {
      editor.dispose();
      model.dispose();
    },
  };
}

/** Typing reaches the state, and what is loaded reaches the editor. */
function keepSame(
  app: AppState,
  editor: monaco.editor.IStandaloneCodeEditor,
  model: monaco.editor.ITextModel,
): void {
  let known = app.code.peek();
  let program = app.program.peek().snippetId;
  model.onDidChangeContent(() => {
    known = model.getValue();
    app.code.value = known;
  });
  const stop = effect(() => {
    const code = app.code.value;
    const { snippetId } = app.program.value;
    const isOther = snippetId !== program;
    program = snippetId;
    if (code === known) return;
    known = code;
    if (isOther) {
      model.setValue(code);
      editor.setScrollTop(0);
    } else {
      // The same program: what was there before can be had back with Undo.
      const text = { range: model.getFullModelRange(), text: code };
      model.pushStackElement();
      model.pushEditOperations(editor.getSelections(), [text], () => [new monaco.Selection(1, 1, 1, 1)]);
      model.pushStackElement();
    }
  });
  editor.onDidDispose(stop);
}

function keybindingOf(binding: {
  readonly key: string;
  readonly mod?: boolean;
  readonly shift?: boolean;
}): number {
  const { KeyCode, KeyMod } = monaco;
  const name = binding.key.length === 1 ? `Key${binding.key.toUpperCase()}` : binding.key;
  const code = KeyCode[name as keyof typeof KeyCode] ?? KeyCode.Unknown;
  return (binding.mod === true ? KeyMod.CtrlCmd : 0) | (binding.shift === true ? KeyMod.Shift : 0) | code;
}
