/** The page's commands as the menus, the keys and the editor's palette all run them. */
import { ceilingLabels } from "../../contract/session.ts";
import { reachLabel } from "../reach/reach-dialog.tsx";
import { openSave } from "../snippets/save-dialog.tsx";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { useLayout } from "../state/layout.ts";
import { usePageParts } from "../state/page-parts.ts";
import { usePageDialogs } from "./page-dialogs.ts";
import { commands, type Command } from "./keys.ts";

export interface PageCommand {
  readonly id: string;
  readonly label: string;
  /** Its key, for the palette to show: the page's own handler takes the press first. */
  readonly keybinding?: { readonly key: string; readonly mod?: boolean; readonly shift?: boolean };
  readonly run: () => void;
}

/** What each command of the key table does. */
export function useCommandTable(): Readonly<Record<Command, () => void>> {
  const app = useApp();
  const actions = useActions();
  const layout = useLayout();
  const dialogs = usePageDialogs();
  const { editor } = usePageParts();
  return {
    run: () => void actions.startRun(),
    stop: () => void actions.stopRun(),
    save: () => void actions.save(),
    palette: () => editor.openPalette(),
    side: () => {
      if (isPhone()) app.sheet.value = app.sheet.value === "snippets" ? "none" : "snippets";
      else layout.sideOpen.value = !layout.sideOpen.value;
    },
    panel: () => (layout.panelOpen.value = !layout.panelOpen.value),
    shortcuts: () => (dialogs.shortcuts.value = true),
  };
}

/** The commands that the editor's palette lists besides its own. */
export function usePageCommands(): readonly PageCommand[] {
  const app = useApp();
  const actions = useActions();
  const layout = useLayout();
  const dialogs = usePageDialogs();
  const table = useCommandTable();
  const named = (Object.keys(table) as Command[])
    .filter((id) => id !== "palette")
    .map((id) => {
      const [binding] = commands[id].bindings;
      return {
        id,
        label: commands[id].says,
        ...(binding === undefined || binding.key === "?" ? {} : { keybinding: binding }),
        run: table[id],
      };
    });
  return [
    ...named,
    { id: "new", label: "New program", run: actions.newProgram },
    {
      id: "run-in-terminal",
      label: "Run in a terminal",
      run: () => {
        layout.pipes.value = false;
        table.run();
      },
    },
    {
      id: "run-with-pipes",
      label: "Run without a terminal (pipes)",
      run: () => {
        layout.pipes.value = true;
        table.run();
      },
    },
    { id: "ceilings", label: `${ceilingLabels.place}…`, run: () => (dialogs.ceilings.value = true) },
    { id: "reach", label: `${reachLabel}…`, run: () => (dialogs.reach.value = true) },
    { id: "save-as", label: "Save as a new snippet…", run: () => openSave(app) },
  ];
}

const isPhone = (): boolean => matchMedia("(max-width: 767px)").matches;
