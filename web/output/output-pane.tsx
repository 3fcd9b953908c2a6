/** What the program writes, live, and the place to answer when it waits for input. */
import "./output-pane.css";
import { useSignal, useSignalEffect, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { resultFrame } from "../../contract/routes.ts";
import { useApi } from "../api/api-context.ts";
import { saveBytes } from "../files/save-bytes.ts";
import { PackageBar } from "../packages/package-bar.tsx";
import { obstacleTo } from "../run/run-control.ts";
import { keysOf } from "../shell/keys.ts";
import { useTheme } from "../shell/theme.ts";
import { useNarrow } from "../shell/use-narrow.ts";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { useLayout } from "../state/layout.ts";
import { usePageParts } from "../state/page-parts.ts";
import { EnlargedResult, type Enlarged } from "./enlarged-result.tsx";
import { InputRow, isTypingElsewhere } from "./input-row.tsx";
import { MadeFiles } from "./made-files.tsx";
import { downloadName } from "./result-words.ts";
import type { ResultAccess } from "./shown-results.tsx";
import { TerminalRow } from "./terminal-row.tsx";
import type { OutputTerminal } from "./terminal.ts";

interface OutputPaneProps {
  /** The panel's head copies and clears through it; null until the terminal has arrived. */
  readonly terminal: Signal<OutputTerminal | null>;
}

export function OutputPane({ terminal }: OutputPaneProps) {
  const app = useApp();
  const actions = useActions();
  const layout = useLayout();
  const theme = useTheme();
  const narrow = useNarrow();
  const api = useApi();
  const { feed, isMac, base } = usePageParts();
  const frameAddress = base + resultFrame.path;
  const enlarged = useSignal<Enlarged | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const obstacle = obstacleTo(app);
  const hasContent = useSignal(false);
  const failure = useSignal(false);

  const load: ResultAccess["load"] = (run, result) =>
    api.getResult({ params: { run, number: String(result.number) }, query: {} });
  const download: (...given: Parameters<ResultAccess["download"]>) => Promise<void> = async (run, result) => {
    const answer = await load(run, result);
    if (answer.ok) saveBytes(downloadName(result), answer.value);
    else app.explain(answer.error);
  };

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let sizes: ResizeObserver | undefined;
    import("./terminal.ts").then(
      ({ createOutputTerminal }) => {
        const made = createOutputTerminal({
          place: element,
          fileNames: () => [app.run.value?.fileName ?? "", ...app.files.value.map(({ path }) => path)],
          goTo: actions.goTo,
          onInterrupt: () => void actions.stopRun(),
          onKeys: actions.typeKeys,
          onSize: actions.resizeTerminal,
          onLive: (isLive) => (app.live.value = isLive),
          onContent: (isThere) => (hasContent.value = isThere),
          results: {
            load,
            download: (run, result) => void download(run, result),
            enlarge: (run, result, content) => (enlarged.value = { run, result, content }),
            frameAddress,
          },
        });
        sizes = new ResizeObserver(() => requestAnimationFrame(made.fit));
        sizes.observe(element);
        made.fit();
        terminal.value = made;
        feed.attach(made);
      },
      () => (failure.value = true),
    );
    return () => sizes?.disconnect();
  }, []);
  useSignalEffect(() => {
    void theme.shown.value;
    terminal.value?.restyle();
  });
  useSignalEffect(() => terminal.value?.setScreenReader(layout.screenReader.value));

  useSignalEffect(() => {
    if (!app.waiting.value || app.run.peek()?.terminal !== true || narrow) return;
    // Not out of the hands of somebody who types, as in the row for input.
    if (!isTypingElsewhere(app)) terminal.peek()?.focus();
  });
  const hasTerminal = app.run.value?.terminal === true;

  return (
    <div class="output-pane">
      <PackageBar />
      <div class="output-place">
        <div
          class={app.live.value ? "output-terminal live" : "output-terminal"}
          ref={place}
          aria-label={
            app.live.value
              ? "Output of the program; what you type goes to it. Shift+Tab leaves it."
              : "Output of the program"
          }
          role="region"
        />
        {!hasContent.value && (
          <div class="output-empty empty">
            {failure.value ? (
              <>
                <strong>The output could not be loaded</strong>
                <p>The server did not answer for a part of this page. Reload it; your text is kept.</p>
              </>
            ) : app.run.value === null && obstacle !== null ? (
              <>
                <strong>{obstacle.says}</strong>
                <p>{obstacle.hint}</p>
              </>
            ) : app.run.value === null && !app.starting.value ? (
              <p>
                Press {narrow ? <b>Run</b> : <kbd>{keysOf("run", isMac)}</kbd>} to run the program; what it
                writes appears here.
              </p>
            ) : (
              <p>{app.running.value || app.starting.value ? "Nothing written yet." : "Cleared."}</p>
            )}
          </div>
        )}
      </div>
      {!hasTerminal && app.waiting.value && <InputRow />}
      {hasTerminal && app.live.value && narrow && <TerminalRow />}
      <MadeFiles />
      <EnlargedResult
        shown={enlarged.value}
        frameAddress={frameAddress}
        onDownload={({ run, result }) => void download(run, result)}
        onClose={() => (enlarged.value = null)}
      />
    </div>
  );
}
