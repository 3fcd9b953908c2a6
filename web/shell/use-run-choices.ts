/** The two ways to run a program, for every menu that offers them. */
import { useLayout } from "../state/layout.ts";
import type { MenuItem } from "./menu.tsx";

export function useRunChoices(): readonly MenuItem[] {
  const { pipes } = useLayout();
  return [
    {
      label: "Run in a terminal",
      icon: "terminal",
      chosen: !pipes.value,
      run: () => (pipes.value = false),
    },
    {
      label: "Run without a terminal (pipes)",
      icon: "arrow-right",
      chosen: pipes.value,
      run: () => (pipes.value = true),
    },
  ];
}
