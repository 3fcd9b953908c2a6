/** The money in the editor's margin: a pill beside each line that sent calls, where the line stands now, and the keys to its calls. */
import "../margin/margin.css";
import { effect, signal } from "@preact/signals";
import { render } from "preact";
import type { Call } from "../../contract/calls.ts";
import type { Actions } from "../state/actions.ts";
import type { AppState } from "../state/app-state.ts";
import { moneyByLine, moneyOf } from "../margin/line-money.ts";
import { MarginPills, type MarginRow } from "../margin/margin-pills.tsx";
import { monaco } from "./monaco.ts";
import { followRanLines } from "./ran-lines.ts";

export type MarginActions = Pick<Actions, "showCallsOf" | "selectCall">;

/** Pixels between the line numbers and the text, besides the room for folding: none before there is a run; on a phone only where there is money. */
export const marginWidth = { wide: 132, narrow: 82, none: 12 } as const;

export interface Margin {
  /** Where a line of the open file stands now that had this number when it ran. */
  readonly lineNow: (line: number) => number;
  readonly setNarrow: (narrow: boolean) => void;
  readonly dispose: () => void;
}

type Editor = monaco.editor.IStandaloneCodeEditor;

export function showMargin(
  app: AppState,
  editor: Editor,
  pathOf: (model: monaco.editor.ITextModel) => string | null,
  actions: MarginActions,
): Margin {
  const place = document.createElement("div");
  place.className = "money-margin";
  const widget = { getId: () => "page.margin", getDomNode: () => place, getPosition: () => null };
  const rows = signal<readonly MarginRow[]>([]);
  const scrollTop = signal(0);
  let isNarrow = false;
  let asked = 0;

  const read = (): readonly MarginRow[] => {
    const model = editor.getModel();
    const file = model === null ? null : lines.fileOf(model);
    if (model === null || file === null) return [];
    const placed = [...(moneyByLine(app.calls.peek()).get(file) ?? [])].flatMap(([ranLine, calls]) => {
      const now = lines.place(model, ranLine);
      return now === null ? [] : [{ file, ranLine, calls, ...now }];
    });
    return joinByTop(placed, (line) => editor.getTopForLineNumber(line));
  };
  const draw = (): void => {
    asked = 0;
    rows.value = read();
    fit();
  };
  /** Once a frame, however much happens in it. */
  const ask = (): void => {
    if (asked === 0) asked = requestAnimationFrame(draw);
  };
  const widthNow = (): number => {
    const hasMoney = rows.peek().length > 0;
    if (isNarrow) return hasMoney ? marginWidth.narrow : marginWidth.none;
    // From the press of Run on, not from the first call: the text does not move while the program runs.
    const hasRun = app.run.peek() !== null || app.starting.peek();
    return hasMoney || hasRun ? marginWidth.wide : marginWidth.none;
  };
  const fit = (): void => {
    editor.updateOptions({ lineDecorationsWidth: widthNow() });
    const { decorationsLeft, contentLeft, lineNumbersLeft } = editor.getLayoutInfo();
    place.style.setProperty("--margin-left", `${decorationsLeft - lineNumbersLeft}px`);
    place.style.setProperty("--margin-width", `${contentLeft - decorationsLeft}px`);
  };
  const lines = followRanLines(app, pathOf, ask);

  const rowAt = (line: number): MarginRow | undefined => rows.peek().find((row) => row.line === line);
  /** One line's calls; where folded lines are summed up, unfolding shows them. */
  const open = (row: MarginRow): void => {
    const [first, ...others] = row.lines;
    if (first === undefined) return;
    if (others.length === 0) return actions.showCallsOf({ file: first.file, line: first.ranLine });
    editor.setPosition({ lineNumber: row.line, column: 1 });
    editor.trigger("margin", "editor.unfold", null);
  };
  const goTo = (row: MarginRow | undefined): void => {
    if (row === undefined) return;
    editor.setPosition({ lineNumber: row.line, column: 1 });
    editor.revealLineInCenterIfOutsideViewport(row.line);
    editor.focus();
  };

  editor.addOverlayWidget(widget);
  render(
    <MarginPills
      rows={rows}
      scrollTop={scrollTop}
      onOpen={open}
      onCall={(call: Call) => {
        app.panel.value = "calls";
        actions.selectCall(call.number);
      }}
      onReveal={(row) => editor.revealLine(row.line)}
      onLeave={() => editor.focus()}
    />,
    place,
  );
  editor.addAction({
    id: "page.calls-of-line",
    label: "Show the calls of this line",
    keybindings: [monaco.KeyMod.Alt | monaco.KeyCode.Enter],
    run: () => {
      const row = rowAt(editor.getPosition()?.lineNumber ?? 0);
      if (row !== undefined) open(row);
      else app.notify({ kind: "info", says: "This line has sent no call in the run in view." });
    },
  });
  editor.addAction({
    id: "page.next-line-with-calls",
    label: "Go to the next line with calls",
    run: () => {
      const at = editor.getPosition()?.lineNumber ?? 0;
      const all = rows.peek();
      const next = all.find(({ line }) => line > at) ?? all[0];
      if (next !== undefined) goTo(next);
      else app.notify({ kind: "info", says: "No line of this file has sent a call in the run in view." });
    },
  });

  const listeners = [
    editor.onDidScrollChange((event) => (scrollTop.value = event.scrollTop)),
    editor.onDidContentSizeChange(ask),
    editor.onDidLayoutChange(ask),
    editor.onDidChangeModel(ask),
    editor.onDidChangeModelContent(ask),
  ];
  const stop = effect(() => {
    void app.calls.value;
    void app.run.value;
    void app.starting.value;
    ask();
  });
  return {
    lineNow: (line) => {
      const model = editor.getModel();
      return (model === null ? null : lines.place(model, line)?.line) ?? line;
    },
    setNarrow: (narrow) => {
      isNarrow = narrow;
      fit();
    },
    dispose: () => {
      cancelAnimationFrame(asked);
      stop();
      for (const listener of listeners) listener.dispose();
      lines.dispose();
      render(null, place);
      editor.removeOverlayWidget(widget);
    },
  };
}

interface Placed {
  readonly file: string;
  readonly ranLine: number;
  readonly calls: readonly Call[];
  readonly line: number;
  readonly changed: boolean;
}

/** Folded lines stand where the line does that is seen of them: it shows what they come to together. */
function joinByTop(placed: readonly Placed[], topOf: (line: number) => number): readonly MarginRow[] {
  const byTop = new Map<number, Placed[]>();
  for (const one of [...placed].sort((a, b) => a.line - b.line)) {
    const top = topOf(one.line);
    const own = byTop.get(top);
    if (own === undefined) byTop.set(top, [one]);
    else own.push(one);
  }
  return [...byTop].map(([top, lines]) => ({
    top,
    line: lines[0]?.line ?? 1,
    lines,
    changed: lines.some(({ changed }) => changed),
    money: moneyOf(lines.flatMap(({ calls }) => calls)),
  }));
}
