/** The page's actions over its parts: programs, the run in view, the address and the editor. */
import type { Address } from "./address.ts";
import type { Actions } from "./actions.ts";
import type { AppState } from "./app-state.ts";
import { isOfLine } from "../margin/line-money.ts";
import type { Layout } from "./layout.ts";
import type { Navigation } from "./navigation.ts";
import type { Programs } from "./programs.ts";
import type { Api } from "../api/client.ts";
import type { RunId } from "../../contract/ids.ts";
import type { EditorPort } from "../editor/editor-port.ts";
import type { RunControl } from "../run/run-control.ts";

export interface ActionParts {
  readonly app: AppState;
  readonly api: Api;
  readonly programs: Programs;
  readonly control: RunControl;
  readonly navigation: Navigation;
  readonly editor: EditorPort;
  readonly layout: Layout;
}

export function createActions(parts: ActionParts): Actions {
  const { app, programs, control, navigation, editor, layout } = parts;
  const goTo = (path: string | null, line: number): void => {
    app.openPath.value = path;
    editor.goToRanLine(line);
  };
  const selectCall = (number: number | null): void => {
    app.selectedCall.value = number;
    const line = app.callsOf.value;
    // What is selected is always in the list.
    if (number !== null && line !== null) {
      const isListed = app.calls.value.some((call) => call.number === number && isOfLine(call, line));
      if (!isListed) app.callsOf.value = null;
    }
    const run = app.run.value;
    if (run !== null) navigation.go({ page: "run", run: run.id, call: number }, "replace");
  };
  return {
    openSnippet: async (id) => void (await programs.openSnippet(id)),
    newProgram: programs.openNew,
    openText: programs.openText,
    bringBack: programs.bringBack,
    save: programs.save,
    saveAs: programs.saveAs,
    startRun: control.start,
    stopRun: control.stop,
    sendInput: control.sendInput,
    openRun: (id) => openRun(parts, id, null),
    resizeTerminal: control.resizeTerminal,
    typeKeys: control.typeKeys,
    goToLine: (line) => goTo(null, line),
    goTo: ({ file, line }) => {
      const isBeside = app.files.value.some(({ path }) => path === file);
      // A snippet that was renamed since its run is still the program.
      goTo(isBeside ? file : null, line);
    },
    selectCall,
    showCallsOf: (line) => {
      const [first, ...others] = app.calls.value.filter((call) => isOfLine(call, line));
      if (first === undefined) return;
      layout.panelOpen.value = true;
      app.panel.value = "calls";
      app.callsOf.value = others.length === 0 ? null : line;
      if (others.length === 0) selectCall(first.number);
    },
  };
}

/** Shows what an address names: at load, and when the user goes back or forward. */
export async function openAddress(parts: ActionParts, address: Address): Promise<void> {
  const { app, programs } = parts;
  if (address.page === "run") {
    if (app.run.value?.id === address.run) app.selectedCall.value = address.call;
    else await openRun(parts, address.run, address.call);
  } else {
    app.selectedCall.value = null;
    if (address.page === "snippet" && app.program.value.snippetId !== address.snippet) {
      await programs.openSnippet(address.snippet);
    }
  }
}

async function openRun(parts: ActionParts, id: RunId, call: number | null): Promise<void> {
  const { app, api, programs, control } = parts;
  const answer = await api.getRun({ params: { run: id } });
  if (!answer.ok) return app.explain(answer.error);
  const { run, code, files } = answer.value;
  control.show(run);
  app.selectedCall.value = call;
  if (call !== null) app.panel.value = "calls";
  await programs.openOfRun(run.id, run.snippetId, run.fileName, code, files);
  if (app.run.value?.id !== run.id) return;
  const { snippetId, fileName } = run;
  app.ran.value = { snippetId, fileName, code, files, opening: app.opening.value };
}
