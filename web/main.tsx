/** Starts the page: makes its parts, joins them, draws, and opens what the address names. */
import "bootstrap/dist/css/bootstrap.min.css";
import "./shell/theme.css";
import "./shell/controls.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { ApiContext } from "./api/api-context.ts";
import { createApi } from "./api/client.ts";
import { watchCalls } from "./ceilings/watch-calls.ts";
import { acceptDrops } from "./editor/dropped-files.ts";
import { createEditorSlot } from "./editor/editor-port.ts";
import { createLink, type Link } from "./link/link.ts";
import { createFeed } from "./output/feed.ts";
import { createPackages, PackagesContext } from "./packages/packages.ts";
import { createLookAgain, LookAgainContext } from "./run/look-again.ts";
import { createRunControl } from "./run/run-control.ts";
import { Page } from "./shell/page.tsx";
import { createPageDialogs, PageDialogsContext } from "./shell/page-dialogs.ts";
import { createTheme, ThemeContext } from "./shell/theme.ts";
import { openConflict, openSave } from "./snippets/save-dialog.tsx";
import { ActionsContext } from "./state/actions.ts";
import { AppContext, createAppState } from "./state/app-state.ts";
import { createDrafts } from "./state/drafts.ts";
import { createLayout, LayoutContext } from "./state/layout.ts";
import { createNavigation } from "./state/navigation.ts";
import { createActions, openAddress } from "./state/page-actions.ts";
import { PagePartsContext } from "./state/page-parts.ts";
import { createPrograms, keepDrafts, starter } from "./state/programs.ts";
import { browserStorage } from "./state/remembered.ts";

const storage = browserStorage();
const theme = createTheme(storage);
const navigation = createNavigation(document.baseURI);
const drafts = createDrafts(storage);
const layout = createLayout(storage);
const feed = createFeed();
const editor = createEditorSlot();
const address = navigation.current();

const draft = address.page === "home" ? drafts.find(null) : null;
const app = createAppState(draft ?? starter, draft?.code ?? starter.savedCode, draft?.files ?? []);

const api = createApi(navigation.base, async (input, init) => {
  const reply = await fetch(input, init);
  if (reply.status === 401) navigation.toSignIn();
  return reply;
});

const refreshSession = async (): Promise<void> => {
  const answer = await api.session();
  if (answer.ok) app.session.value = answer.value;
  else if (answer.error.code !== "store-unavailable") app.explain(answer.error);
};

const control = createRunControl({
  app,
  api,
  layout,
  feed,
  reconnect: () => link.reconnect(),
  socket: () => link.socket(),
  onStarted: (run) => navigation.go({ page: "run", run, call: null }, "push"),
});
const packages = createPackages({ app, api, refreshSession, storage: browserStorage("session") });
const link: Link = createLink({
  base: navigation.base,
  wanted: control.wanted,
  onMessage: (message) => {
    if (message.type === "installation") packages.onInstallation(message.installation);
    else control.onMessage(message);
  },
  onState: (state) => {
    const wasLost = app.link.value === "lost";
    app.link.value = state;
    // A restarted server may have another sandbox, key or simulator.
    if (state === "open" && wasLost) void refreshSession();
  },
  onMismatch: () => {
    app.outdated.value = true;
  },
  onLost: () => void refreshSession(),
});
const dialogs = createPageDialogs();
const lookAgain = createLookAgain(app, control.lookAgain);
watchCalls({
  app,
  callsInView: () => layout.panelOpen.value && app.panel.value === "calls",
  openCeilings: () => (dialogs.ceilings.value = true),
  stopRun: () => void control.stop(),
  refreshSession: () => void refreshSession(),
});
const programs = createPrograms({
  app,
  api,
  drafts,
  now: () => Date.now(),
  onOpened: (snippet) =>
    navigation.go(snippet === null ? { page: "home" } : { page: "snippet", snippet }, "push"),
  ask: (about) => (about === "name" ? openSave(app) : openConflict(app)),
});
const parts = { app, api, programs, control, navigation, editor, layout };
const actions = createActions(parts);

keepDrafts(app, programs);
acceptDrops(app, actions);
navigation.onTravel((to) => void openAddress(parts, to));
effect(() => {
  const mark = app.unsaved.value ? "• " : "";
  document.title = `${mark}${app.program.value.name} · Python IDE for OpenRouter`;
});

const pageParts = {
  feed,
  editor,
  base: navigation.base,
  isMac: /Mac|iPhone|iPad/.test(navigator.platform),
  leave: navigation.toSignIn,
};
render(
  <AppContext.Provider value={app}>
    <ApiContext.Provider value={api}>
      <ThemeContext.Provider value={theme}>
        <LayoutContext.Provider value={layout}>
          <PageDialogsContext.Provider value={dialogs}>
            <PagePartsContext.Provider value={pageParts}>
              <PackagesContext.Provider value={packages}>
                <LookAgainContext.Provider value={lookAgain}>
                  <ActionsContext.Provider value={actions}>
                    <Page />
                  </ActionsContext.Provider>
                </LookAgainContext.Provider>
              </PackagesContext.Provider>
            </PagePartsContext.Provider>
          </PageDialogsContext.Provider>
        </LayoutContext.Provider>
      </ThemeContext.Provider>
    </ApiContext.Provider>
  </AppContext.Provider>,
  document.body,
);
void refreshSession();
void openAddress(parts, address);
