/** Dark, light or as the system says; remembered, and put on the document before the first paint. */
import { computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { remembered } from "../state/remembered.ts";

export const themeChoices = ["dark", "light", "system"] as const;
export type ThemeChoice = (typeof themeChoices)[number];

export interface Theme {
  readonly choice: Signal<ThemeChoice>;
  /** What is in force now. The document has it already when this changes. */
  readonly shown: ReadonlySignal<"dark" | "light">;
}

export function createTheme(storage: Storage | null): Theme {
  const choice = remembered(storage, "theme", "dark", isChoice);
  const query = matchMedia("(prefers-color-scheme: light)");
  const system = signal(query.matches);
  query.addEventListener("change", () => (system.value = query.matches));
  const wanted = computed(() =>
    choice.value === "system" ? (system.value ? "light" : "dark") : choice.value,
  );
  const shown = signal(wanted.value);
  effect(() => {
    document.documentElement.dataset["bsTheme"] = wanted.value;
    shown.value = wanted.value;
  });
  return { choice, shown };
}

function isChoice(value: unknown): value is ThemeChoice {
  return themeChoices.some((choice) => choice === value);
}

export const ThemeContext = createContext<Theme | null>(null);

export function useTheme(): Theme {
  const theme = useContext(ThemeContext);
  if (theme === null) throw new Error("useTheme outside of ThemeContext");
  return theme;
}
