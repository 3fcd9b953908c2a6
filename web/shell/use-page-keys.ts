/** Listens for the page's keys before any pane does, and leaves every other key to the pane that has the focus. */
import { useEffect } from "preact/hooks";
import { usePageParts } from "../state/page-parts.ts";
import { commandOf, type Place } from "./keys.ts";
import { useCommandTable } from "./page-commands.ts";

export function usePageKeys(): void {
  const table = useCommandTable();
  const { isMac } = usePageParts();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (document.querySelector("dialog[open]") !== null) return;
      const command = commandOf(event, placeOf(event.target), isMac);
      if (command === null) return;
      event.preventDefault();
      event.stopPropagation();
      table[command]();
    };
    addEventListener("keydown", onKey, { capture: true });
    return () => removeEventListener("keydown", onKey, { capture: true });
  }, []);
}

function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof HTMLElement)) return "page";
  if (target.closest(".find-widget, .quick-input-widget, .rename-box") !== null) return "field";
  if (target.closest(".editor-pane") !== null) return "editor";
  // The terminal's hidden field is one to type into only for a program that reads it.
  if (target.closest(".xterm") !== null)
    return target.closest(".output-terminal.live") === null ? "page" : "terminal";
  return target.matches("input, textarea, select, [contenteditable]") ? "field" : "page";
}
