/** What a user can do, by name: menus, keys, panes and the command palette all call these and nothing else. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { RunId, SnippetId } from "../../contract/ids.ts";
import type { SourceLine } from "../margin/line-money.ts";
import type { TerminalSize } from "../../contract/runs.ts";

export interface Actions {
  /** Loads a saved program into the editor. Unsaved work of the program that was open can be brought back from the notice. */
  readonly openSnippet: (id: SnippetId) => Promise<void>;
  /** Opens the starter program as a new one without a name. */
  readonly newProgram: () => void;
  /** Opens a file's text as a new program. */
  readonly openText: (fileName: string, text: string) => void;
  /** Brings back the newest unsaved program that another one took the place of. */
  readonly bringBack: () => void;
  /** Saves under the program's name, or asks for one when it has none yet. */
  readonly save: () => Promise<void>;
  /** Saves the program as a new snippet under this name. False when it was refused; the reason has been shown. */
  readonly saveAs: (name: string) => Promise<boolean>;
  readonly startRun: () => Promise<void>;
  readonly stopRun: () => Promise<void>;
  /** Types into the program's standard input; `end` closes it. False when it was refused. */
  readonly sendInput: (text: string, end: boolean) => Promise<boolean>;
  /** Types into the live program's terminal: text and sequences as the keys make them. */
  readonly typeKeys: (keys: string) => void;
  /** Tells the live program's terminal how large it is now. */
  readonly resizeTerminal: (size: TerminalSize) => void;
  /** Shows a run from its first byte and follows it on. */
  readonly openRun: (id: RunId) => Promise<void>;
  /** Puts the cursor on a line of the program, as the run in view had it, counted from 1. */
  readonly goToLine: (line: number) => void;
  /** The same for any of the program's files, by the name that a traceback gives it. */
  readonly goTo: (place: { readonly file: string; readonly line: number }) => void;
  /** Shows a call in the inspector, null closes it; the address follows. */
  readonly selectCall: (number: number | null) => void;
  /** Shows what a line that ran has sent: the list with its calls alone, or its one call itself. */
  readonly showCallsOf: (line: SourceLine) => void;
}

export const ActionsContext = createContext<Actions | null>(null);

/** What a user can do, anywhere below main.tsx. */
export function useActions(): Actions {
  const actions = useContext(ActionsContext);
  if (actions === null) throw new Error("useActions outside of ActionsContext");
  return actions;
}
