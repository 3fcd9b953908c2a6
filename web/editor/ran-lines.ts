/** Follows the lines of the program that ran through every edit in the editor, for each of its files. */
import { effect } from "@preact/signals";
import type { AppState, RanProgram } from "../state/app-state.ts";
import { followEdits, isChanged, linesOf, mapLines, type LineMap } from "../margin/line-map.ts";
import type { monaco } from "./monaco.ts";

/** A line that ran, where it stands now. */
export interface PlacedLine {
  readonly line: number;
  /** Something else stands there than what ran. */
  readonly changed: boolean;
}

export interface RanLines extends monaco.IDisposable {
  /** The name that the run has for the file of this model; null when it ran no such file, or another program. */
  readonly fileOf: (model: monaco.editor.ITextModel) => string | null;
  /** Where a line that ran stands in this model; null when it is gone. */
  readonly place: (model: monaco.editor.ITextModel, line: number) => PlacedLine | null;
}

interface Followed {
  map: LineMap;
  lines: readonly string[];
  readonly file: string;
}

/**
 * `pathOf` tells the path of a model's file, null for the program itself. `onMoved` is called after lines have moved, or those
 * of another run count.
 */
export function followRanLines(
  app: AppState,
  pathOf: (model: monaco.editor.ITextModel) => string | null,
  onMoved: () => void,
): RanLines {
  const followed = new Map<monaco.editor.ITextModel, Followed | null>();
  const listeners = new Map<monaco.editor.ITextModel, readonly monaco.IDisposable[]>();
  let ran: RanProgram | null = null;

  const begin = (model: monaco.editor.ITextModel): Followed | null => {
    const path = pathOf(model);
    const text = ran === null ? null : textOf(ran, path);
    if (ran === null || text === null) return null;
    const lines = model.getLinesContent();
    return { map: mapLines(linesOf(text), lines), lines, file: path ?? ran.fileName };
  };
  const follow = (model: monaco.editor.ITextModel, event: monaco.editor.IModelContentChangedEvent): void => {
    const own = followed.get(model);
    if (own === null || own === undefined) return;
    const lines = model.getLinesContent();
    const edits = event.changes.map(({ range, text }) => ({
      startLine: range.startLineNumber,
      startColumn: range.startColumn,
      endLine: range.endLineNumber,
      endColumn: range.endColumn,
      text,
    }));
    own.map = event.isFlush ? mapLines(own.map.ran, lines) : followEdits(own.map, own.lines, edits, lines);
    own.lines = lines;
    onMoved();
  };
  const of = (model: monaco.editor.ITextModel): Followed | null => {
    const known = followed.get(model);
    if (known !== undefined) return known;
    const made = begin(model);
    followed.set(model, made);
    if (!listeners.has(model)) {
      listeners.set(model, [
        model.onDidChangeContent((event) => follow(model, event)),
        model.onWillDispose(() => forget(model)),
      ]);
    }
    return made;
  };
  const forget = (model: monaco.editor.ITextModel): void => {
    for (const listener of listeners.get(model) ?? []) listener.dispose();
    listeners.delete(model);
    followed.delete(model);
  };

  const stop = effect(() => {
    const next = app.ran.value;
    const opening = app.opening.value;
    ran = next !== null && isOpen(next, app, opening) ? next : null;
    followed.clear();
    onMoved();
  });
  return {
    fileOf: (model) => of(model)?.file ?? null,
    place(model, line) {
      const own = of(model);
      const now = own?.map.at[line - 1] ?? null;
      if (own === null || now === null) return null;
      return { line: now, changed: isChanged(own.map, line - 1, own.lines[now - 1] ?? "") };
    },
    dispose: () => {
      stop();
      for (const model of listeners.keys()) forget(model);
    },
  };
}

/** The program in the editor is the one that ran: the same one, edited or not, or one with the same text. */
function isOpen(ran: RanProgram, app: AppState, opening: number): boolean {
  const isSameSnippet = ran.snippetId !== null && ran.snippetId === app.program.peek().snippetId;
  return ran.opening === opening || isSameSnippet || ran.code === app.code.peek();
}

function textOf({ code, files }: RanProgram, path: string | null): string | null {
  if (path === null) return code;
  const file = files.find((other) => other.path === path);
  return file?.encoding === "utf8" ? file.content : null;
}
