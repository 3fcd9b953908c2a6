/** Where everything stands: head, rail, snippets, editor, inspector, panel and foot; on a phone sheets over the editor. */
import "./page.css";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { callActions } from "../call-actions/call-menu.tsx";
import { Inspector } from "../inspector/inspector.tsx";
import { EditorPane, type Cursor } from "../editor/editor-pane.tsx";
import { FileTabs } from "../files/file-tabs.tsx";
import { ReachDialog } from "../reach/reach-dialog.tsx";
import { SaveDialog } from "../snippets/save-dialog.tsx";
import { SnippetsPane } from "../snippets/snippets-pane.tsx";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { useLayout } from "../state/layout.ts";
import { usePageParts } from "../state/page-parts.ts";
import { Banner } from "./banner.tsx";
import { Icon } from "./icon.tsx";
import { keysOf } from "./keys.ts";
import { Notices } from "./notices.tsx";
import { usePageDialogs } from "./page-dialogs.ts";
import { Panel } from "./panel.tsx";
import { ResizeHandle } from "./resize-handle.tsx";
import { Sheet } from "./sheet.tsx";
import { ShortcutsSheet } from "./shortcuts-sheet.tsx";
import { StatusBar } from "./status-bar.tsx";
import { RunButton, TopBar } from "./top-bar.tsx";
import { useNarrow } from "./use-narrow.ts";
import { usePageKeys } from "./use-page-keys.ts";

export function Page() {
  const app = useApp();
  const layout = useLayout();
  const narrow = useNarrow();
  const dialogs = usePageDialogs();
  const cursor = useSignal<Cursor>({ line: 1, column: 1, selected: 0 });
  usePageKeys();
  useEffect(() => {
    // On a phone a chosen call opens over everything; closing it unchooses it.
    if (narrow) app.sheet.value = app.selectedCall.value === null ? "none" : "inspector";
  }, [narrow, app.selectedCall.value]);
  const hasSide = !narrow && layout.sideOpen.value;
  const hasInspector = !narrow && app.selectedCall.value !== null;
  const hasPanel = narrow || layout.panelOpen.value;
  const panelHeight = narrow ? layout.sheetHeight : layout.panelHeight;
  // One tree for every width: the editor and the terminal stay where they are when the window changes.
  return (
    <div class="page">
      <TopBar />
      <Banner />
      <StatusBar cursor={cursor} />
      <div class="columns" style={{ "--panel-height": `${hasPanel ? panelHeight.value : 0}px` }}>
        {!narrow && <Rail />}
        {hasSide && (
          <aside class="side" aria-label="Side bar" style={{ width: `${layout.sideWidth.value}px` }}>
            <SnippetsPane />
            <ResizeHandle
              label="Width of the side bar"
              size={layout.sideWidth}
              least={180}
              most={() => innerWidth / 3}
              grows="right"
            />
          </aside>
        )}
        <div class="work" key="work">
          {narrow && (dialogs.files.value || app.files.value.length > 0) && <FileTabs />}
          <EditorPane key="editor" cursor={cursor} />
          {narrow && <RunButton floating />}
          {/* Hidden, not taken away: the terminal keeps what it shows. */}
          <div
            class="panel-place"
            key="panel"
            style={{ height: `${panelHeight.value}px` }}
            hidden={!hasPanel}
          >
            <ResizeHandle
              label="Height of the panel"
              size={panelHeight}
              least={96}
              most={() => innerHeight - 220}
              grows="up"
            />
            <Panel />
          </div>
        </div>
        {hasInspector && (
          <aside
            class="inspector"
            aria-label="Inspector"
            style={{ width: `${layout.inspectorWidth.value}px` }}
          >
            <ResizeHandle
              label="Width of the inspector"
              size={layout.inspectorWidth}
              least={300}
              most={() => innerWidth / 2}
              grows="left"
            />
            <Inspector actions={callActions} />
          </aside>
        )}
      </div>
      {narrow && <Sheets />}
      <Notices />
      <SaveDialog />
      <ShortcutsSheet />
      <ReachDialog />
    </div>
  );
}

function Sheets() {
  const app = useApp();
  const actions = useActions();
  const close = (): void => {
    app.sheet.value = "none";
  };
  return (
    <>
      <Sheet open={app.sheet.value === "snippets"} label="Snippets" onClose={close}>
        <SnippetsPane />
      </Sheet>
      <Sheet
        open={app.sheet.value === "inspector"}
        label="Call"
        onClose={() => {
          close();
          actions.selectCall(null);
        }}
      >
        <Inspector actions={callActions} />
      </Sheet>
    </>
  );
}

/** What the side bar shows; pressing what is shown hides it. */
function Rail() {
  const layout = useLayout();
  const { isMac } = usePageParts();
  return (
    <nav class="rail" aria-label="Views">
      <button
        type="button"
        aria-label="Snippets"
        aria-pressed={layout.sideOpen.value}
        title={`Snippets (${keysOf("side", isMac)})`}
        onClick={() => (layout.sideOpen.value = !layout.sideOpen.value)}
      >
        <Icon name="file" size="large" />
      </button>
    </nav>
  );
}
