/** The output as a terminal that only shows: colours are kept, everything that would act on the user's machine is inert. */
import "@xterm/xterm/css/xterm.css";
import { FitAddon } from "@xterm/addon-fit";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal, type ITheme } from "@xterm/xterm";
import { codeFont, colourOf } from "../shell/tokens.ts";
import type { FeedItem } from "./feed.ts";
import { StderrTint, tintIndex } from "./stderr-tint.ts";
import { endLine, gapLine, skippedLine, startLine, typedText } from "./terminal-words.ts";
import { linksThrough } from "./terminal-links.ts";
import { findLineLinks } from "./traceback-links.ts";

/** Lines that can be scrolled back to. */
export const scrollback = 20_000;
/** Handed to xterm at once; the next part goes when it has drawn this one. */
const partLength = 64 * 1024;
/** Waiting to be shown; past it the oldest is skipped, for only the last lines stay anyway. */
const waitingLength = 8 * 1024 * 1024;

export interface OutputTerminalParts {
  readonly place: HTMLElement;
  readonly fileName: () => string;
  readonly goToLine: (line: number) => void;
  /** Ctrl+C with nothing selected. */
  readonly onInterrupt: () => void;
  /** There is something to show, or no longer. */
  readonly onContent: (isThere: boolean) => void;
}

export interface OutputTerminal {
  readonly take: (items: readonly FeedItem[]) => void;
  readonly clear: () => void;
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
  makeInert(terminal);
  terminal.registerLinkProvider({
    provideLinks: (row, give) =>
      give(
        linksThrough(terminal, row, parts.fileName()).map(({ text, range, line }) => ({
          text,
          range,
          activate: () => parts.goToLine(line),
        })),
      ),
  });
  terminal.attachCustomKeyEventHandler((event) => {
    if (
      event.type === "keydown" &&
      event.ctrlKey &&
      !event.shiftKey &&
      event.key.toLowerCase() === "c" &&
      !terminal.hasSelection()
    ) {
      event.preventDefault();
      parts.onInterrupt();
    }
    // Nothing typed goes anywhere: keys belong to the page.
    return false;
  });
  terminal.open(parts.place);

  const tint = new StderrTint();
  let waiting: string[] = [];
  let waitingSize = 0;
  let skipped = 0;
  let isDrawing = false;
  let isResetDue = false;
  let isAtLineStart = true;
  let hasContent = false;

  const draw = (): void => {
    if (isDrawing || (waiting.length === 0 && !isResetDue)) return;
    let part = (isResetDue ? reset : "") + (skipped > 0 ? skippedLine(skipped) : "");
    isResetDue = false;
    skipped = 0;
    while (waiting.length > 0 && part.length < partLength) part += waiting.shift() ?? "";
    waitingSize = waiting.reduce((sum, text) => sum + text.length, 0);
    isDrawing = true;
    terminal.write(part, () => {
      isDrawing = false;
      draw();
    });
  };
  const add = (text: string): void => {
    const visible = text.slice(-256).replace(colourSequence, "");
    if (visible !== "") isAtLineStart = visible.endsWith("\n");
    waiting.push(text);
    waitingSize += text.length;
    while (waitingSize > waitingLength && waiting.length > 1) {
      const oldest = waiting.shift()?.length ?? 0;
      waitingSize -= oldest;
      skipped += oldest;
    }
  };
  const freshLine = (): string => (isAtLineStart ? "" : "\n");
  const write = (item: FeedItem): void => {
    switch (item.type) {
      case "start":
        return add(tint.reset() + startLine(item.run));
      case "output":
        return add(tint.piece(item.stream, item.text, (text) => findLineLinks(text, parts.fileName())));
      case "gap":
        return add(tint.reset() + freshLine() + gapLine(item.droppedBytes));
      case "typed":
        return add(typedText(item.text));
      case "end":
        // A program that died in the other screen leaves it behind; mode 47 does not move the cursor when it did not.
        return add(`${tint.reset()}\u001B[?47l${freshLine()}${endLine(item.run)}`);
    }
  };
  const setContent = (isThere: boolean): void => {
    if (hasContent !== isThere) parts.onContent(isThere);
    hasContent = isThere;
  };
  return {
    take: (items) => {
      for (const item of items) write(item);
      setContent(true);
      draw();
    },
    clear: () => {
      waiting = [];
      waitingSize = 0;
      skipped = 0;
      tint.reset();
      // Behind the part that is being drawn, or that would still come out after it.
      isResetDue = true;
      isAtLineStart = true;
      draw();
      setContent(false);
    },
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
const colourSequence = /\u001B\[[\d;:]*m/g;

/** Sequences that set titles, the clipboard, colours or links, or ask about the terminal, do nothing; mouse modes stay off. */
const inertOsc = [
  0, 1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 17, 19, 22, 50, 52, 99, 104, 105, 110, 111, 112, 133, 633, 777,
  1337,
];
const inertModes = new Set([9, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 9001]);

function makeInert(terminal: Terminal): void {
  const { parser } = terminal;
  for (const id of inertOsc) parser.registerOscHandler(id, () => true);
  const swallowModes = (params: readonly (number | number[])[]): boolean =>
    params.every((mode) => typeof mode === "number" && inertModes.has(mode));
  parser.registerCsiHandler({ prefix: "?", final: "h" }, swallowModes);
  // Device attributes and status reports would be answered into nothing; they are not answered at all.
  for (const prefix of ["", ">", "="])
    parser.registerCsiHandler({ ...(prefix === "" ? {} : { prefix }), final: "c" }, () => true);
  for (const prefix of ["", "?"])
    parser.registerCsiHandler({ ...(prefix === "" ? {} : { prefix }), final: "n" }, () => true);
}

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

function themeOfTokens(): ITheme {
  const extendedAnsi: string[] = [];
  // Only our own place is set; the others keep xterm's palette.
  extendedAnsi[tintIndex - 16] = colourOf("--stderr");
  return {
    background: colourOf("--bs-body-bg"),
    foreground: colourOf("--bs-body-color"),
    cursor: colourOf("--primary-text"),
    selectionBackground: colourOf("--selection"),
    black: colourOf("--raised"),
    red: colourOf("--bad"),
    green: colourOf("--ok"),
    yellow: colourOf("--warn"),
    blue: colourOf("--primary-text"),
    magenta: colourOf("--code-keyword"),
    cyan: colourOf("--code-builtin"),
    white: colourOf("--bs-secondary-color"),
    brightBlack: colourOf("--bs-tertiary-color"),
    brightRed: colourOf("--bad"),
    brightGreen: colourOf("--ok"),
    brightYellow: colourOf("--code-constant"),
    brightBlue: colourOf("--code-call"),
    brightMagenta: colourOf("--code-keyword"),
    brightCyan: colourOf("--code-builtin"),
    brightWhite: colourOf("--bs-body-color"),
    scrollbarSliderBackground: `${colourOf("--raised")}b0`,
    scrollbarSliderHoverBackground: colourOf("--raised"),
    extendedAnsi,
  };
}
