/** The output as a terminal: a live program may have it as its own; for any other it only shows, and acts on nothing. */
import "@xterm/xterm/css/xterm.css";
import { FitAddon } from "@xterm/addon-fit";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import { render } from "preact";
import type { Run, TerminalSize } from "../../contract/runs.ts";
import { codeFont } from "../shell/tokens.ts";
import { createDrawingQueue } from "./drawing-queue.ts";
import type { FeedItem, FeedSink } from "./feed.ts";
import { leaveBehind, makeInert } from "./inert.ts";
import { createResultPlaces } from "./result-places.ts";
import { createShownResults, type ResultAccess } from "./shown-results.tsx";
import { StderrTint } from "./stderr-tint.ts";
import { linksThrough } from "./terminal-links.ts";
import { keyMeaning } from "./terminal-keys.ts";
import { themeOfTokens } from "./terminal-theme.ts";
import { endLine, gapLine, lineEnd, noteLine, startLine, typedText } from "./terminal-words.ts";
import { findLineLinks, type Place } from "./traceback-links.ts";

/** Lines that can be scrolled back to. */
export const scrollback = 20_000;

export interface OutputTerminalParts {
  readonly place: HTMLElement;
  /** Files of the program, by the names that a traceback gives them; the program's own is the first. */
  readonly fileNames: () => readonly string[];
  readonly goTo: (place: Place) => void;
  /** Ctrl+C with nothing selected, where no program reads the keys. */
  readonly onInterrupt: () => void;
  /** What was typed into the live program's terminal: text or sequences. */
  readonly onKeys: (keys: string) => void;
  /** The pane has room for another number of characters than before. */
  readonly onSize: (size: TerminalSize) => void;
  /** A program reads the keys from now on, or no longer. */
  readonly onLive: (isLive: boolean) => void;
  /** There is something to show, or no longer. */
  readonly onContent: (isThere: boolean) => void;
  readonly results: ResultAccess;
}

export interface OutputTerminal extends FeedSink {
  /** The selection, or all that is there. */
  readonly text: () => string;
  readonly fit: () => void;
  readonly restyle: () => void;
  readonly focus: () => void;
  readonly setScreenReader: (on: boolean) => void;
}

export function createOutputTerminal(parts: OutputTerminalParts): OutputTerminal {
  const terminal = new Terminal({
    allowProposedApi: true,
    convertEol: true,
    disableStdin: true,
    cursorStyle: "bar",
    cursorInactiveStyle: "none",
    fontFamily: codeFont(),
    fontSize: 12,
    lineHeight: 1.28,
    scrollback,
    minimumContrastRatio: 4.5,
    theme: themeOfTokens(),
    // Links that a program hides behind other words are shown as the words only.
    linkHandler: { activate: () => undefined },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(
    new WebLinksAddon((event, uri) => {
      event.preventDefault();
      window.open(uri, "_blank", "noopener,noreferrer");
    }),
  );
  let isLive = false;
  const setLive = (next: boolean): void => {
    if (next === isLive) return;
    isLive = next;
    terminal.options.disableStdin = !next;
    terminal.options.cursorInactiveStyle = next ? "outline" : "none";
    parts.onLive(next);
  };
  makeInert(terminal, () => isLive);
  const linksIn = (text: string): ReturnType<typeof findLineLinks> => findLineLinks(text, parts.fileNames());
  terminal.registerLinkProvider({
    provideLinks: (row, give) =>
      give(
        linksThrough(terminal, row, linksIn).map(({ text, range, place }) => ({
          text,
          range,
          activate: () => parts.goTo(place),
        })),
      ),
  });
  terminal.attachCustomKeyEventHandler((event) => {
    const meaning = keyMeaning(event, { isLive, hasSelection: terminal.hasSelection() });
    if (meaning === "interrupt") {
      event.preventDefault();
      parts.onInterrupt();
    }
    return meaning === "program";
  });
  terminal.onData((keys) => parts.onKeys(keys));
  terminal.onResize(({ cols: columns, rows }) => parts.onSize(bounded({ columns, rows })));
  terminal.open(parts.place);

  const places = createResultPlaces(terminal, (element) => render(null, element));
  const shown = createShownResults(places, parts.results);
  const tint = new StderrTint();
  const queue = createDrawingQueue((text, done) => terminal.write(text, done));
  /** What the program shows while its other screen is on waits for the usual one. */
  let held: (() => void)[] = [];
  let hasContent = false;

  const freshLine = (): string => (terminal.buffer.active.cursorX === 0 ? "" : lineEnd);
  const ownLine = (line: string): void => {
    queue.add(tint.reset());
    queue.add(() => freshLine() + line);
  };
  const addResult = (item: Extract<FeedItem, { type: "result" }>, run: Run): void => {
    if (item.result.kind !== "shown") return;
    queue.add(tint.reset());
    queue.add(async (isCurrent) => {
      if (terminal.buffer.active.type === "alternate") {
        held.push(() => addResult(item, run));
        return "";
      }
      const text = await shown.show(run.id, item.result, isCurrent);
      return text === "" ? "" : freshLine() + text;
    });
  };
  const release = (): void => {
    const before = held;
    held = [];
    for (const add of before) add();
  };
  terminal.buffer.onBufferChange((buffer) => {
    if (buffer.type === "normal") release();
  });
  /** Does something when all that stands before it has been drawn. */
  const then = (what: () => void): void =>
    queue.add(() => {
      what();
      return "";
    });

  let run: Run | null = null;
  const write = (item: FeedItem): void => {
    switch (item.type) {
      case "start": {
        run = item.run;
        const { terminal: hasTerminal } = item.run;
        return ownStart(hasTerminal, startLine(item.run));
      }
      case "live":
        return item.run.terminal ? then(() => setLive(true)) : undefined;
      case "output":
        return queue.add(tint.piece(item.stream, item.text, linksIn));
      case "gap":
        return ownLine(gapLine(item.droppedBytes));
      case "note":
        return ownLine(noteLine(item.text));
      case "result":
        return run === null ? undefined : addResult(item, run);
      case "typed":
        return queue.add(typedText(item.text));
      case "end":
        then(() => setLive(false));
        // What a program left on when it died is off again; leaving the other screen does not move the cursor when it was not on.
        queue.add(tint.reset() + leaveBehind);
        then(release);
        // Behind what was held until now.
        return then(() => queue.add(() => freshLine() + endLine(item.run)));
    }
  };
  const ownStart = (hasTerminal: boolean, line: string): void => {
    then(() => {
      // In a program's own terminal "\n" means what its line discipline makes of it.
      terminal.options.convertEol = !hasTerminal;
    });
    ownLine(line);
  };
  const setContent = (isThere: boolean): void => {
    if (hasContent !== isThere) parts.onContent(isThere);
    hasContent = isThere;
  };
  return {
    take: (items) => {
      for (const item of items) write(item);
      setContent(true);
    },
    clear: () => {
      tint.reset();
      held = [];
      setLive(false);
      places.clear();
      // Behind the part that is being drawn, or that would still come out after it.
      queue.startAnew(reset);
      setContent(false);
    },
    size: () => bounded({ columns: terminal.cols, rows: terminal.rows }),
    text: () => (terminal.hasSelection() ? terminal.getSelection() : allText(terminal)),
    fit: () => {
      if (parts.place.offsetWidth > 0 && parts.place.offsetHeight > 0) fit.fit();
    },
    restyle: () => {
      terminal.options.theme = themeOfTokens();
    },
    focus: () => terminal.focus(),
    setScreenReader: (on) => {
      terminal.options.screenReaderMode = on;
    },
  };
}

/** RIS: the terminal as new, without its lines. */
const reset = "\u001Bc";

/** What the contract lets a terminal be. */
const bounded = ({ columns, rows }: TerminalSize): TerminalSize => ({
  columns: Math.min(500, Math.max(20, columns)),
  rows: Math.min(300, Math.max(2, rows)),
});

function allText(terminal: Terminal): string {
  const { active } = terminal.buffer;
  let text = "";
  for (let row = 0; row < active.length; row++) {
    const line = active.getLine(row);
    if (line === undefined) break;
    if (row > 0 && !line.isWrapped) text += "\n";
    text += line.translateToString(!(active.getLine(row + 1)?.isWrapped ?? false));
  }
  return text.replace(/\s+$/, "\n");
}
