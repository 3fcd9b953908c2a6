/** What a key pressed in the output is for: the live program, the page, or the browser. Pure. */
import type { KeyPress } from "../shell/keys.ts";

interface Circumstances {
  /** A program reads the keys. */
  readonly isLive: boolean;
  readonly hasSelection: boolean;
}

/** `program`: it goes to the program; `interrupt`: it stops the run; `page`: the terminal does nothing with it. */
export function keyMeaning(
  event: KeyPress & { readonly type: string },
  { isLive, hasSelection }: Circumstances,
): "program" | "interrupt" | "page" {
  const key = event.key.toLowerCase();
  const isPlainCtrl = event.ctrlKey && !event.shiftKey && !event.altKey && !event.metaKey;
  if (!isLive)
    return isPlainCtrl && key === "c" && !hasSelection && event.type === "keydown" ? "interrupt" : "page";
  // The browser copies what is selected, and pastes through the terminal, which brackets it.
  if (isPlainCtrl && key === "c" && hasSelection) return "page";
  if (event.ctrlKey && !event.altKey && key === "v") return "page";
  if (event.ctrlKey && event.shiftKey && key === "c") return "page";
  if (event.metaKey) return "page";
  // The way out for the keyboard: a program that reads Tab would keep it for ever.
  if (key === "tab" && event.shiftKey) return "page";
  return "program";
}
