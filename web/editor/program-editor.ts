/** Makes the Monaco editor: its looks, its keys, and what the rest of the page may ask of it. */
import type { PageCommand } from "../shell/page-commands.ts";
import { codeFont } from "../shell/tokens.ts";
import type { AppState } from "../state/app-state.ts";
import type { Cursor } from "./editor-pane.tsx";
import type { EditorPort } from "./editor-port.ts";
import { applyEditorTheme } from "./editor-theme.ts";
import { marginWidth, showMargin, type MarginActions } from "./money-margin.tsx";
import { keepModels } from "./file-models.ts";
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
  readonly actions: MarginActions;
  readonly shown: "dark" | "light";
  readonly onCursor: (cursor: Cursor) => void;
}

export function createProgramEditor(parts: ProgramEditorParts): ProgramEditor {
  const { app } = parts;
  applyEditorTheme(monaco, parts.shown);
  const editor = monaco.editor.create(parts.place, {
    model: null,
    theme: "page",
    ariaLabel: "Program",
    automaticLayout: true,
    fontFamily: codeFont(),
    fontSize: 13,
    lineHeight: 20,
    fontLigatures: false,
    padding: { top: 8, bottom: 8 },
    lineNumbersMinChars: 4,
    lineDecorationsWidth: marginWidth.none,
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
  const models = keepModels(app, editor);
  const margin = showMargin(app, editor, models.pathOf, parts.actions);
  editor.onDidChangeCursorSelection(({ selection }) => {
    const { lineNumber: line, column } = selection.getPosition();
    parts.onCursor({ line, column, selected: editor.getModel()?.getValueLengthInRange(selection) ?? 0 });
  });
  const goToLine = (line: number): void => {
    const model = editor.getModel();
    if (model === null) return;
    const lineNumber = Math.min(Math.max(1, line), model.getLineCount());
    const column = model.getLineFirstNonWhitespaceColumn(lineNumber) || 1;
    editor.setPosition({ lineNumber, column });
    editor.revealLineInCenterIfOutsideViewport(lineNumber);
    editor.focus();
  };
  return {
    takeOver: (start, end, hasFocus) => {
      const model = editor.getModel();
      if (!hasFocus || model === null) return;
      editor.setSelection(monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end)));
      editor.focus();
    },
    goToLine,
    goToRanLine: (line) => goToLine(margin.lineNow(line)),
    focus: () => editor.focus(),
    openPalette: () => {
      editor.focus();
      editor.trigger("page", "editor.action.quickCommand", null);
    },
    setTheme: (shown) => applyEditorTheme(monaco, shown),
    setNarrow: (narrow) => {
      editor.updateOptions({
        fontSize: narrow ? 12 : 13,
        wordWrap: narrow ? "on" : "off",
        wrappingIndent: "same",
        folding: !narrow,
        lineNumbersMinChars: narrow ? 3 : 4,
      });
      margin.setNarrow(narrow);
    },
    dispose: () => {
      margin.dispose();
      models.dispose();
      editor.dispose();
    },
  };
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
