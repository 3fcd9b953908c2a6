/** What the snippet dialogs are asked to show; kept per page state, so that nothing here outlives it. */
import { signal, type Signal } from "@preact/signals";
import type { AppState } from "../state/app-state.ts";

export type Opening = "none" | "save" | "conflict";

const openings = new WeakMap<AppState, Signal<Opening>>();

/** The opening of this page, made at first use. */
export function openingOf(app: AppState): Signal<Opening> {
  const known = openings.get(app);
  if (known !== undefined) return known;
  const made = signal<Opening>("none");
  openings.set(app, made);
  return made;
}

/** Asks for a name and saves the program as a new snippet; Enter is enough, the name is proposed. */
export function openSave(app: AppState): void {
  openingOf(app).value = "save";
}

/** Asks what to do when the snippet was changed elsewhere since it was loaded here. */
export function openConflict(app: AppState): void {
  openingOf(app).value = "conflict";
}
