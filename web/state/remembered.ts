/** A small setting of the page (a width, a theme) that this browser remembers. */
import { effect, signal, type Signal } from "@preact/signals";

/** The browser's storage, or null where it is forbidden (some private windows throw at the mere mention). */
export function browserStorage(kind: "local" | "session" = "local"): Storage | null {
  try {
    return kind === "local" ? globalThis.localStorage : globalThis.sessionStorage;
  } catch {
    return null;
  }
}

/** A signal that starts with what was remembered under `name` and writes changes back. `accept` refuses what is not valid. */
export function remembered<T extends string | number | boolean>(
  storage: Storage | null,
  name: string,
  initial: T,
  accept: (value: unknown) => value is T,
): Signal<T> {
  const key = `openrouter-ide:${name}`;
  const value = signal(parse(storage?.getItem(key) ?? null, initial, accept));
  effect(() => {
    try {
      storage?.setItem(key, JSON.stringify(value.value));
    } catch {
      // A full storage only means that the setting starts afresh next time.
    }
  });
  return value;
}

function parse<T>(text: string | null, initial: T, accept: (value: unknown) => value is T): T {
  if (text === null) return initial;
  try {
    const value: unknown = JSON.parse(text);
    return accept(value) ? value : initial;
  } catch {
    return initial;
  }
}

export const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
export const isSize = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);
export const isText = (value: unknown): value is string => typeof value === "string";
