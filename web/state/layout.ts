/** What stands where: panes open or closed and how large, remembered by the browser. */
import type { Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { isBoolean, isSize, isText, remembered } from "./remembered.ts";

export interface Layout {
  readonly sideOpen: Signal<boolean>;
  readonly panelOpen: Signal<boolean>;
  /** Pixels. */
  readonly sideWidth: Signal<number>;
  readonly inspectorWidth: Signal<number>;
  readonly panelHeight: Signal<number>;
  /** The panel as a sheet on a phone. */
  readonly sheetHeight: Signal<number>;
  /** The output is written for a screen reader too, which makes much of it slower. */
  readonly screenReader: Signal<boolean>;
  /** Wall-clock limit of the next runs, ms; 0 is the server's default. */
  readonly timeoutMs: Signal<number>;
  /** Runs get pipes instead of a terminal. */
  readonly pipes: Signal<boolean>;
  /** Which columns the list of calls has and how wide they are, in the words of calls/call-columns.ts. */
  readonly callColumns: Signal<string>;
}

export function createLayout(storage: Storage | null): Layout {
  return {
    sideOpen: remembered(storage, "side-open", true, isBoolean),
    panelOpen: remembered(storage, "panel-open", true, isBoolean),
    sideWidth: remembered(storage, "side-width", 240, isSize),
    inspectorWidth: remembered(storage, "inspector-width", 380, isSize),
    panelHeight: remembered(storage, "panel-height", 240, isSize),
    sheetHeight: remembered(storage, "sheet-height", 308, isSize),
    screenReader: remembered(storage, "screen-reader", false, isBoolean),
    timeoutMs: remembered(storage, "timeout-ms", 0, isSize),
    pipes: remembered(storage, "pipes", false, isBoolean),
    callColumns: remembered(storage, "call-columns", "", isText),
  };
}

export const LayoutContext = createContext<Layout | null>(null);

export function useLayout(): Layout {
  const layout = useContext(LayoutContext);
  if (layout === null) throw new Error("useLayout outside of LayoutContext");
  return layout;
}
