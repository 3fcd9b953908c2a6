/**
 * Keeps things of the page's own at their place in the terminal's text: blank lines are theirs, and they move with them. Not
 * xterm's decorations: those vanish as a whole as soon as their first line scrolls out of view.
 */
import type { IMarker, Terminal } from "@xterm/xterm";

export interface ResultPlaces {
  /** A new, still hidden element, in the document and as wide as it will be. */
  readonly make: () => HTMLElement;
  /** Shows it from the line on that begins where the cursor is, or at the next one; the caller then writes as many lines. */
  readonly place: (element: HTMLElement, rows: number) => void;
  /** Rows that this height takes, px. */
  readonly rowsOf: (height: number) => number;
  /** Height that one may have before it is scrolled by itself, px. */
  readonly mostHeight: () => number;
  /** Scrolls the text by so many pixels; what is less than a line adds up. */
  readonly scroll: (pixels: number) => void;
  readonly clear: () => void;
}

interface Placed {
  readonly element: HTMLElement;
  readonly marker: IMarker;
  readonly rows: number;
}

/** Never smaller than this, however low the pane is, px. */
const leastHeight = 320;

/** `onGone` is told of each element that leaves: its line was erased, or scrolled out of what is kept. */
export function createResultPlaces(terminal: Terminal, onGone: (element: HTMLElement) => void): ResultPlaces {
  const screen = terminal.element?.querySelector<HTMLElement>(".xterm-screen");
  if (screen == null) throw new Error("the terminal is not open");
  const layer = document.createElement("div");
  layer.className = "result-layer";
  // A press here is for the result, not the beginning of a selection.
  layer.addEventListener("mousedown", (event) => event.stopPropagation());
  screen.append(layer);
  let placed: Placed[] = [];
  let turned = 0;

  const cellHeight = (): number => screen.clientHeight / terminal.rows;
  const draw = (): void => {
    if (placed.length === 0) return;
    const { active } = terminal.buffer;
    const isOther = active.type === "alternate";
    const height = cellHeight();
    for (const { element, marker, rows } of placed) {
      const row = marker.line - active.viewportY;
      const isSeen = !isOther && row < terminal.rows && row + rows > 0;
      element.hidden = !isSeen;
      if (!isSeen) continue;
      element.style.top = `${row * height}px`;
      element.style.height = `${rows * height}px`;
    }
  };
  const drop = (element: HTMLElement): void => {
    placed = placed.filter((other) => other.element !== element);
    onGone(element);
    element.remove();
  };
  terminal.onRender(draw);
  terminal.onResize(draw);
  return {
    make: () => {
      const element = document.createElement("div");
      element.className = "result-place";
      element.style.visibility = "hidden";
      // A frame without any height would not be drawn, and so never tell the one that it wants.
      element.style.height = "160px";
      layer.append(element);
      return element;
    },
    place: (element, rows) => {
      const marker = terminal.registerMarker(terminal.buffer.active.cursorX === 0 ? 0 : 1);
      placed.push({ element, marker, rows });
      marker.onDispose(() => drop(element));
      element.style.visibility = "";
      draw();
    },
    rowsOf: (height) => Math.max(1, Math.ceil(height / Math.max(1, cellHeight()))),
    mostHeight: () => Math.max(leastHeight, Math.round(screen.clientHeight * 0.8)),
    scroll: (pixels) => {
      turned += pixels / cellHeight();
      const lines = Math.trunc(turned);
      turned -= lines;
      terminal.scrollLines(lines);
    },
    clear: () => {
      // Each takes itself out of the list.
      for (const { marker } of placed) marker.dispose();
      // One that is still being made has no line yet.
      for (const element of layer.querySelectorAll<HTMLElement>(":scope > *")) drop(element);
    },
  };
}
