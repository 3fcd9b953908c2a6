/** The keys of the page: one table for the handler, the menus, the command palette and the sheet. Pure. */

export type Command = "run" | "stop" | "save" | "palette" | "side" | "panel" | "shortcuts";

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/**
 * Where a key was pressed: a field that isn't the program (Monaco's own find box, a dialog), the program itself, the terminal of
 * a program that reads keys, or none of them.
 */
export type Place = "field" | "editor" | "terminal" | "page";

interface Binding {
  readonly key: string;
  /** Ctrl, on a Mac Cmd. */
  readonly mod?: boolean;
  readonly shift?: boolean;
  /** Places where the key means something else. */
  readonly not?: readonly Place[];
}

export const commands: Readonly<
  Record<Command, { readonly says: string; readonly bindings: readonly Binding[] }>
> = {
  run: {
    says: "Run the program",
    bindings: [
      { key: "Enter", mod: true, not: ["field", "terminal"] },
      { key: "Enter", shift: true, not: ["field", "terminal", "page"] },
      { key: "F5" },
    ],
  },
  stop: { says: "Stop the program", bindings: [{ key: "F5", shift: true }] },
  save: { says: "Save", bindings: [{ key: "s", mod: true }] },
  palette: { says: "All commands", bindings: [{ key: "F1" }, { key: "p", mod: true, shift: true }] },
  side: {
    says: "Show or hide the snippets",
    bindings: [{ key: "b", mod: true, not: ["field", "terminal"] }],
  },
  panel: { says: "Show or hide the panel", bindings: [{ key: "j", mod: true, not: ["field", "terminal"] }] },
  shortcuts: {
    says: "Keyboard shortcuts",
    bindings: [
      { key: "h", mod: true, shift: true },
      { key: "?", not: ["field", "editor", "terminal"] },
    ],
  },
};

/** The command that this press means here, if any. `isMac` makes Cmd of Ctrl. */
export function commandOf(press: KeyPress, place: Place, isMac: boolean): Command | null {
  if (press.altKey) return null;
  const mod = isMac ? press.metaKey : press.ctrlKey;
  const other = isMac ? press.ctrlKey : press.metaKey;
  if (other) return null;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  for (const [command, { bindings }] of Object.entries(commands) as [Command, (typeof commands)[Command]][]) {
    const matches = bindings.some(
      (binding) =>
        binding.key === key &&
        (binding.mod ?? false) === mod &&
        // "?" needs Shift on some keyboards and not on others.
        (binding.key === "?" || (binding.shift ?? false) === press.shiftKey) &&
        binding.not?.includes(place) !== true,
    );
    if (matches) return command;
  }
  return null;
}

/** As it stands on the keys: "Ctrl+Enter", on a Mac "⌘Enter". */
export function keyLabel(binding: Binding, isMac: boolean): string {
  const key = binding.key.length === 1 ? binding.key.toUpperCase() : binding.key;
  if (isMac) return `${binding.shift === true ? "⇧" : ""}${binding.mod === true ? "⌘" : ""}${key}`;
  return `${binding.mod === true ? "Ctrl+" : ""}${binding.shift === true ? "Shift+" : ""}${key}`;
}

/** The first binding of a command, as a menu shows it. */
export function keysOf(command: Command, isMac: boolean): string {
  const [first] = commands[command].bindings;
  return first === undefined ? "" : keyLabel(first, isMac);
}
