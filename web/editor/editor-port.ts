/** What the rest of the page may ask of the editor, also before Monaco has arrived. */

export interface EditorPort {
  /** Puts the cursor at the start of a line, counted from 1, and shows it. */
  readonly goToLine: (line: number) => void;
  /** The same for a line as the run in view had it, wherever it stands now. */
  readonly goToRanLine: (line: number) => void;
  readonly focus: () => void;
  /** Opens the command palette. */
  readonly openPalette: () => void;
}

export interface EditorSlot extends EditorPort {
  /** Monaco is there: what was asked for in the meantime is done now. */
  readonly fill: (editor: EditorPort) => void;
}

export function createEditorSlot(): EditorSlot {
  let editor: EditorPort | null = null;
  let asked: ((editor: EditorPort) => void) | null = null;
  const ask = (what: (editor: EditorPort) => void): void => {
    if (editor === null) asked = what;
    else what(editor);
  };
  return {
    goToLine: (line) => ask((editor) => editor.goToLine(line)),
    goToRanLine: (line) => ask((editor) => editor.goToRanLine(line)),
    focus: () => ask((editor) => editor.focus()),
    openPalette: () => ask((editor) => editor.openPalette()),
    fill: (next) => {
      editor = next;
      asked?.(next);
      asked = null;
    },
  };
}
