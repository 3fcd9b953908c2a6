/** The menu of a call in a list: by the pointer on its row, by the menu key or Shift+F10 on the active one. */
import type { JSX } from "preact";
import type { Call } from "../../contract/calls.ts";
import { useCallMenu } from "./call-menu.tsx";

export interface RowMenu {
  /** Both belong on the element with the list's role, which has the focus and names its active row. */
  readonly onContextMenu: (event: MouseEvent) => void;
  /** True when the key was for the menu. */
  readonly onMenuKey: (event: KeyboardEvent) => boolean;
  readonly element: JSX.Element;
}

/** `callIn` tells the call of a row of the list; null when it is none. */
export function useRowMenu(callIn: (row: Element) => Call | null): RowMenu {
  const menu = useCallMenu();
  const openAt = (row: Element | null, point: { readonly x: number; readonly y: number } | null): boolean => {
    const call = row === null ? null : callIn(row);
    if (row === null || call === null) return false;
    menu.open(
      call,
      point === null ? row : { getBoundingClientRect: () => new DOMRect(point.x, point.y, 0, 0) },
    );
    return true;
  };
  return {
    onContextMenu(event) {
      const row = event.target instanceof Element ? event.target.closest("[role=row]") : null;
      // A selection of text has the browser's own menu.
      if (getSelection()?.isCollapsed === false) return;
      if (openAt(row, { x: event.clientX, y: event.clientY })) event.preventDefault();
    },
    onMenuKey(event) {
      if (event.key !== "ContextMenu" && !(event.key === "F10" && event.shiftKey)) return false;
      const list = event.currentTarget;
      const active = list instanceof Element ? list.getAttribute("aria-activedescendant") : null;
      return active !== null && openAt(document.getElementById(active), null);
    },
    element: menu.element,
  };
}
