/** What the program writes, live, and the place to answer when it waits for input. */
import "./output-pane.css";
import { useSignal, useSignalEffect, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { obstacleTo } from "../run/run-control.ts";
import { keysOf } from "../shell/keys.ts";
import { useTheme } from "../shell/theme.ts";
import { useNarrow } from "../shell/use-narrow.ts";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { useLayout } from "../state/layout.ts";
import { usePageParts } from "../state/page-parts.ts";
import { InputRow } from "./input-row.tsx";
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
  const { feed, isMac } = usePageParts();
  const place = useRef<HTMLDivElement>(null);
  const obstacle = obstacleTo(app);
  const hasContent = useSignal(false);
  const failure = useSignal(false);

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let sizes: ResizeObserver | undefined;
    import("./terminal.ts").then(
      ({ createOutputTerminal }) => {
        const made = createOutputTerminal({
          place: element,
          fileName: () => app.run.value?.fileName ?? "",
          goToLine: actions.goToLine,
          onInterrupt: () => void actions.stopRun(),
          onContent: (isThere) => (hasContent.value = isThere),
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

  return (
    <div class="output-pane">
      <div class="output-terminal" ref={place} aria-label="Output of the program" role="region" />
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
      {app.waiting.value && <InputRow />}
    </div>
  );
}
