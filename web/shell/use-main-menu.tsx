/** The entries of the page's menu, each with the key that does the same. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { ceilingLabels } from "../../contract/session.ts";
import { useApi } from "../api/api-context.ts";
import { openPrograms } from "../editor/dropped-files.ts";
import { reachLabel } from "../reach/reach-dialog.tsx";
import { openSave } from "../snippets/save-dialog.tsx";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { useLayout } from "../state/layout.ts";
import { usePageParts } from "../state/page-parts.ts";
import type { Command } from "./keys.ts";
import { keysOf } from "./keys.ts";
import type { MenuItem } from "./menu.tsx";
import type { IconName } from "./icon-names.ts";
import { usePageDialogs } from "./page-dialogs.ts";
import { useRunChoices } from "./use-run-choices.ts";
import { useCommandTable } from "./page-commands.ts";
import { themeChoices, useTheme, type ThemeChoice } from "./theme.ts";
import { useNarrow } from "./use-narrow.ts";

interface MainMenu {
  readonly items: readonly (MenuItem | "rule")[];
  /** The hidden field that "Open a file…" presses; stands once beside the menu. */
  readonly filePicker: ComponentChildren;
}

const themes: Readonly<Record<ThemeChoice, { readonly label: string; readonly icon: IconName }>> = {
  dark: { label: "Dark", icon: "moon" },
  light: { label: "Light", icon: "sun" },
  system: { label: "As the system", icon: "monitor" },
};

export function useMainMenu(): MainMenu {
  const app = useApp();
  const api = useApi();
  const actions = useActions();
  const layout = useLayout();
  const theme = useTheme();
  const narrow = useNarrow();
  const { isMac, leave } = usePageParts();
  const runChoices = useRunChoices();
  const dialogs = usePageDialogs();
  const table = useCommandTable();
  const picker = useRef<HTMLInputElement>(null);
  const command = (id: Command, label: string, icon: IconName): MenuItem => ({
    label,
    icon,
    keys: keysOf(id, isMac),
    run: table[id],
  });
  const signOut = async (): Promise<void> => {
    const answer = await api.signOut();
    if (answer.ok) leave();
    else app.explain(answer.error);
  };
  return {
    items: [
      { label: "New program", icon: "file-plus", run: actions.newProgram },
      { label: "Open a file…", icon: "upload", run: () => picker.current?.click() },
      ...(narrow
        ? [
            {
              label: "Files beside the program",
              icon: "layers",
              run: () => (dialogs.files.value = true),
            } as const,
          ]
        : []),
      { label: "Bring back unsaved text", icon: "rotate-ccw", run: actions.bringBack },
      command("save", app.program.value.snippetId === null ? "Save…" : "Save", "save"),
      ...(app.program.value.snippetId === null
        ? []
        : [{ label: "Save as a new snippet…", icon: "copy", run: () => openSave(app) } as const]),
      "rule",
      command(
        "side",
        narrow || !layout.sideOpen.value ? "Show the snippets" : "Hide the snippets",
        "sidebar",
      ),
      ...(narrow
        ? []
        : [command("panel", layout.panelOpen.value ? "Hide the panel" : "Show the panel", "terminal")]),
      command("palette", "All commands", "command"),
      command("shortcuts", "Keyboard shortcuts", "help-circle"),
      ...(narrow ? (["rule", ...runChoices] as const) : []),
      "rule",
      { label: `${ceilingLabels.place}…`, icon: "credit-card", run: () => (dialogs.ceilings.value = true) },
      { label: `${reachLabel}…`, icon: "shield", run: () => (dialogs.reach.value = true) },
      "rule",
      ...themeChoices.map((choice) => ({
        ...themes[choice],
        chosen: theme.choice.value === choice,
        run: () => {
          theme.choice.value = choice;
        },
      })),
      {
        label: "Output for screen readers",
        icon: "eye",
        chosen: layout.screenReader.value,
        run: () => {
          layout.screenReader.value = !layout.screenReader.value;
        },
      },
      "rule",
      { label: "Sign out", icon: "log-out", run: () => void signOut() },
    ],
    filePicker: (
      <input
        ref={picker}
        type="file"
        accept=".py,text/x-python,text/plain"
        hidden
        aria-label="Open a file"
        onChange={(event) => {
          void openPrograms(event.currentTarget.files, app, actions);
          event.currentTarget.value = "";
        }}
      />
    ),
  };
}
