/** One line across the page for what keeps it from working: a lost server, a sandbox that can't start, an outdated page. */
import type { ComponentChildren } from "preact";
import { useApp } from "../state/app-state.ts";
import type { IconName } from "./icon-names.ts";
import { Icon } from "./icon.tsx";
import { Words } from "./words.tsx";

export function Banner() {
  const app = useApp();
  if (app.outdated.value) {
    return (
      <Line kind="warn" icon="refresh-cw" says="The server has been updated." hint="Your text is kept.">
        <button type="button" class="btn btn-sm" onClick={() => location.reload()}>
          Reload
        </button>
      </Line>
    );
  }
  if (app.link.value === "lost") {
    return (
      <Line
        kind="warn"
        icon="wifi-off"
        says="The server does not answer."
        hint="Your text stays here; the page connects again by itself."
      />
    );
  }
  const sandbox = app.session.value?.sandbox;
  if (sandbox !== undefined && !sandbox.ready) {
    const says = `No program can be run: ${sandbox.says ?? "the sandbox does not start."}`;
    return <Line kind="bad" icon="shield-off" says={says} hint={sandbox.hint ?? ""} />;
  }
  return null;
}

interface LineProps {
  readonly kind: "warn" | "bad";
  readonly icon: IconName;
  readonly says: string;
  readonly hint: string;
  readonly children?: ComponentChildren;
}

function Line({ kind, icon, says, hint, children }: LineProps) {
  return (
    <div class={`banner ${kind}`} role="alert">
      <Icon name={icon} />
      <p>
        <strong>{says}</strong> <Words text={hint} />
      </p>
      {children}
    </div>
  );
}
