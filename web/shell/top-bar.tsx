/** The head of the page: what is open, the model, Run or Stop, and the menu of everything else. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { FileTabs } from "../files/file-tabs.tsx";
import { ModelChip } from "../models/model-chip.tsx";
import { obstacleTo } from "../run/run-control.ts";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { usePageParts } from "../state/page-parts.ts";
import { Icon } from "./icon.tsx";
import { keysOf } from "./keys.ts";
import { Menu } from "./menu.tsx";
import { useNarrow } from "./use-narrow.ts";
import { useRunChoices } from "./use-run-choices.ts";
import { useMainMenu } from "./use-main-menu.tsx";

export function TopBar() {
  const app = useApp();
  const narrow = useNarrow();
  const { name } = app.program.value;
  return (
    <header class="top">
      <div class="brand">
        <svg class="brand-mark" viewBox="0 0 20 20" aria-hidden="true">
          <rect width="20" height="20" rx="5" />
          <path d="M5.5 6.5 9 10l-3.5 3.5M10.5 13.5h4" />
        </svg>
        <h1>
          Python IDE <small>for OpenRouter</small>
        </h1>
      </div>
      {narrow ? (
        <div class="program-tab" title={name}>
          <span>{name}</span>
          {app.unsaved.value && (
            <b class="unsaved-dot" role="img" aria-label="Unsaved changes" title="Unsaved changes" />
          )}
        </div>
      ) : (
        <FileTabs />
      )}
      <div class="top-acts">
        <ModelChip />
        <div class="run-group">
          <RunButton />
          {!narrow && !app.running.value && <RunMenu />}
        </div>
        <MoreMenu />
      </div>
    </header>
  );
}

/** Run, or Stop while something runs; on a phone the same button floats over the editor. */
export function RunButton({ floating = false }: { readonly floating?: boolean }) {
  const app = useApp();
  const actions = useActions();
  const { isMac } = usePageParts();
  const place = floating ? "run-button floating" : "run-button";
  if (app.running.value) {
    return (
      <button type="button" class={`btn btn-danger ${place}`} onClick={() => void actions.stopRun()}>
        <Icon name="square" size="small" solid />
        Stop
        <kbd>{keysOf("stop", isMac)}</kbd>
      </button>
    );
  }
  const obstacle = obstacleTo(app);
  return (
    <button
      type="button"
      class={`btn btn-primary ${place}`}
      disabled={obstacle !== null || app.starting.value}
      title={obstacle === null ? undefined : `${obstacle.says} ${obstacle.hint}`}
      onClick={() => void actions.startRun()}
    >
      <Icon name="play" size="small" solid />
      Run
      <kbd>{keysOf("run", isMac)}</kbd>
    </button>
  );
}

/** How Run runs; what is chosen stays chosen. */
function RunMenu() {
  const button = useRef<HTMLButtonElement>(null);
  const open = useSignal(false);
  const items = useRunChoices();
  return (
    <>
      <button
        ref={button}
        type="button"
        class="btn btn-primary run-more"
        aria-label="How to run"
        aria-haspopup="menu"
        aria-expanded={open.value}
        onClick={() => (open.value = true)}
      >
        <Icon name="chevron-down" size="small" />
      </button>
      <Menu
        open={open.value}
        onClose={() => (open.value = false)}
        label="How to run"
        anchor={button.current}
        items={items}
      />
    </>
  );
}

function MoreMenu() {
  const button = useRef<HTMLButtonElement>(null);
  const open = useSignal(false);
  const { items, filePicker } = useMainMenu();
  return (
    <>
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label="More"
        aria-haspopup="menu"
        aria-expanded={open.value}
        onClick={() => (open.value = true)}
      >
        <Icon name="more-horizontal" />
      </button>
      <Menu
        open={open.value}
        onClose={() => (open.value = false)}
        label="More"
        anchor={button.current}
        items={items}
      />
      {filePicker}
    </>
  );
}
