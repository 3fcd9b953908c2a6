/** The foot of the page: whose key, whether it is simulated, the sandbox, Python, the cursor. On a phone a row of chips. */
import type { Signal } from "@preact/signals";
import { CeilingsChip } from "../ceilings/ceilings-chip.tsx";
import type { Cursor } from "../editor/editor-pane.tsx";
import { KeyChip } from "../keys/key-chip.tsx";
import { useApp } from "../state/app-state.ts";
import { EnvironmentChip } from "../packages/environment-chip.tsx";
import { UseMeter } from "../run/use-meter.tsx";
import { TimeLimitChip } from "../run/time-limit-chip.tsx";
import { Icon } from "./icon.tsx";

export function StatusBar({ cursor }: { readonly cursor: Signal<Cursor> }) {
  const app = useApp();
  const session = app.session.value;
  return (
    <footer class="status" aria-label="Status">
      <KeyChip />
      <CeilingsChip />
      {session?.simulated === true && (
        <span
          class="pill warn"
          title="Answers and prices come from the built-in simulator; nothing is charged"
        >
          simulator
        </span>
      )}
      <span class="spacer" />
      <UseMeter />
      <LinkWords />
      {session !== null && (
        <span
          class={session.sandbox.ready ? "status-part ok" : "status-part bad"}
          title={session.sandbox.says ?? undefined}
        >
          <Icon name={session.sandbox.ready ? "shield" : "shield-off"} size="small" />
          {session.sandbox.ready ? "sandbox ready" : "no sandbox"}
        </span>
      )}
      <TimeLimitChip />
      <EnvironmentChip />
      <span class="status-part cursor">
        Ln {cursor.value.line}, Col {cursor.value.column}
        {cursor.value.selected > 0 && ` (${cursor.value.selected} selected)`}
      </span>
    </footer>
  );
}

function LinkWords() {
  const app = useApp();
  if (app.link.value === "open") return null;
  return (
    <span class="status-part warn">
      <Icon name="wifi-off" size="small" />
      {app.link.value === "connecting" ? "connecting…" : "no connection"}
    </span>
  );
}
