/** Everything the page shows, as signals in one place; made once by main.tsx and handed down by context. */
import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Call } from "../../contract/calls.ts";
import type { RunUse } from "../../contract/events.ts";
import type { FailureReply } from "../../contract/failures.ts";
import type { ProgramFile } from "../../contract/files.ts";
import type { SnippetId } from "../../contract/ids.ts";
import type { RunResult } from "../../contract/results.ts";
import { endedStates, type Run } from "../../contract/runs.ts";
import type { Session } from "../../contract/session.ts";
import type { SnippetSummary } from "../../contract/snippets.ts";
import type { SourceLine } from "../margin/line-money.ts";
import { sameFiles } from "../files/program-files.ts";

/** `lost`: the server does not answer; the page keeps all text and tries again by itself. */
export type LinkState = "connecting" | "open" | "lost";

/** The program in the editor. The text itself lives in Monaco's model; `code` follows it. */
export interface OpenProgram {
  readonly snippetId: SnippetId | null;
  readonly revision: number | null;
  /** The snippet's name, or "main.py" while it has none. */
  readonly name: string;
  /** What was last saved (or loaded); differs from `code` when there are unsaved changes. */
  readonly savedCode: string;
  /** The files beside it, as they were last saved or loaded; ordered by path. */
  readonly savedFiles: readonly ProgramFile[];
}

/** The program of the run in view, as it was when it ran. */
export interface RanProgram {
  readonly snippetId: SnippetId | null;
  readonly fileName: string;
  readonly code: string;
  readonly files: readonly ProgramFile[];
  /** Which opening of a program it ran from. */
  readonly opening: number;
}

export interface Notice {
  readonly id: number;
  readonly kind: "info" | "ok" | "warn" | "bad";
  readonly says: string;
  readonly hint?: string;
  /** A way out, such as Undo. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

export interface AppState {
  readonly session: Signal<Session | null>;
  readonly link: Signal<LinkState>;
  /** The server speaks another version than this page; only a reload helps. */
  readonly outdated: Signal<boolean>;
  readonly program: Signal<OpenProgram>;
  readonly code: Signal<string>;
  /** The files beside the program, as they are now; ordered by path. */
  readonly files: Signal<readonly ProgramFile[]>;
  /** The path of the file that the editor shows; null is the program itself. */
  readonly openPath: Signal<string | null>;
  readonly unsaved: ReadonlySignal<boolean>;
  /** The run in view: the newest started here, or the one whose address is open. */
  readonly run: Signal<Run | null>;
  readonly running: ReadonlySignal<boolean>;
  /** Run was pressed and the server has not answered yet. */
  readonly starting: Signal<boolean>;
  /** The text that was sent with the last Run from here; null before. */
  readonly ranCode: Signal<string | null>;
  /** What the run in view ran; null without a run, and until its text is there. */
  readonly ran: Signal<RanProgram | null>;
  /** Counts the programs that were opened: edits and saving leave the number, another program is another one. */
  readonly opening: Signal<number>;
  /** The program waits on its standard input. */
  readonly waiting: Signal<boolean>;
  /** The program reads keys in the output's terminal now. */
  readonly live: Signal<boolean>;
  /** What the run in view showed, and the files that it made. */
  readonly results: Signal<readonly RunResult[]>;
  /** What the run in view uses; null while nothing was told. */
  readonly use: Signal<RunUse | null>;
  readonly calls: Signal<readonly Call[]>;
  /** The list of calls shows those of this line alone; null: all. */
  readonly callsOf: Signal<SourceLine | null>;
  /** The rows of the list of calls, as it sorts and filters them; null while it is out of sight. */
  readonly callsInView: Signal<readonly Call[] | null>;
  /** Number of the call that the inspector shows. */
  readonly selectedCall: Signal<number | null>;
  readonly panel: Signal<"output" | "calls">;
  /** On a phone: which sheet is over the editor. */
  readonly sheet: Signal<"none" | "snippets" | "inspector">;
  readonly snippets: Signal<{ readonly list: readonly SnippetSummary[]; readonly total: number } | null>;
  readonly notices: Signal<readonly Notice[]>;
  /** Shows a notice; one with an action stays longer. */
  readonly notify: (notice: Omit<Notice, "id">) => void;
  /** Shows a failure as its sentence and way out. */
  readonly explain: (failure: FailureReply) => void;
}

/** `program`, `code` and `files` are what the page opens with. */
export function createAppState(program: OpenProgram, code: string, files: readonly ProgramFile[]): AppState {
  const notices = signal<readonly Notice[]>([]);
  const codeSignal = signal(code);
  const programSignal = signal(program);
  const filesSignal = signal(files);
  const run = signal<Run | null>(null);
  let nextNotice = 1;
  const notify = (notice: Omit<Notice, "id">): void => {
    notices.value = [...notices.value.slice(-3), { ...notice, id: nextNotice++ }];
  };
  return {
    session: signal(null),
    link: signal("connecting"),
    outdated: signal(false),
    program: programSignal,
    code: codeSignal,
    files: filesSignal,
    openPath: signal(null),
    unsaved: computed(
      () =>
        codeSignal.value !== programSignal.value.savedCode ||
        !sameFiles(filesSignal.value, programSignal.value.savedFiles),
    ),
    run,
    running: computed(() => run.value !== null && !endedStates.has(run.value.state)),
    starting: signal(false),
    ranCode: signal(null),
    ran: signal(null),
    opening: signal(1),
    waiting: signal(false),
    live: signal(false),
    results: signal([]),
    use: signal(null),
    calls: signal([]),
    callsOf: signal(null),
    callsInView: signal(null),
    selectedCall: signal(null),
    panel: signal("output"),
    sheet: signal("none"),
    snippets: signal(null),
    notices,
    notify,
    explain: (failure) => notify({ kind: "bad", says: failure.says, hint: failure.hint }),
  };
}

export const AppContext = createContext<AppState | null>(null);

/** The page's state, anywhere below main.tsx. */
export function useApp(): AppState {
  const app = useContext(AppContext);
  if (app === null) throw new Error("useApp outside of AppContext");
  return app;
}
