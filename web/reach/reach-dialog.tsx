/** Where a person says what programs may reach besides OpenRouter's models: other hosts by name, and the account itself. */
import "./reach-dialog.css";
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { useApi } from "../api/api-context.ts";
import { Dialog } from "../shell/dialog.tsx";
import { Icon } from "../shell/icon.tsx";
import { usePageDialogs } from "../shell/page-dialogs.ts";
import { useApp } from "../state/app-state.ts";
import { hostNamesIn } from "./host-names.ts";

export const reachLabel = "What programs may reach";

export function ReachDialog() {
  const { reach } = usePageDialogs();
  return (
    <Dialog open={reach.value} onClose={() => (reach.value = false)} label={reachLabel} class="reach">
      <ReachForm />
    </Dialog>
  );
}

function ReachForm() {
  const app = useApp();
  const api = useApi();
  const id = useId();
  const set = app.session.peek()?.reach;
  const text = useSignal(set?.hosts.join("\n") ?? "");
  const accountPaths = useSignal(set?.accountPaths ?? false);
  const answer = useSignal<{ readonly kind: "ok" | "bad" | ""; readonly says: string } | null>(null);
  const busy = useSignal(false);
  const { hosts, problem } = hostNamesIn(text.value);

  const save = async (): Promise<void> => {
    if (problem !== null || busy.value) return;
    busy.value = true;
    const saved = await api.setReach({ body: { hosts: [...hosts], accountPaths: accountPaths.value } });
    busy.value = false;
    if (!saved.ok) {
      answer.value = { kind: "bad", says: `${saved.error.says} ${saved.error.hint}` };
      return;
    }
    app.session.value = saved.value;
    text.value = saved.value.reach.hosts.join("\n");
    answer.value = { kind: "ok", says: "Saved. New hosts count from the next run, the rest at once." };
  };

  return (
    <form
      class="dialog-body reach-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <p>OpenRouter, always: its models, its catalogue, and what your key may know of itself.</p>
      <div>
        <label class="label" for={`${id}-hosts`}>
          Other hosts, one a line
        </label>
        <textarea
          id={`${id}-hosts`}
          class="form-control mono"
          rows={4}
          placeholder="api.example.com"
          autoFocus
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={text.value}
          aria-invalid={problem !== null}
          aria-describedby={`${id}-says`}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            answer.value = null;
          }}
        />
        <p id={`${id}-says`} class={problem === null ? "says" : "says bad"} aria-live="polite">
          {problem ??
            "Over TLS on port 443, at public addresses only. What goes there is not recorded, and counts for no ceiling: a program can send out whatever it has."}
        </p>
      </div>
      <div>
        <label class="reach-switch">
          <input
            type="checkbox"
            role="switch"
            class="form-check-input"
            checked={accountPaths.value}
            aria-describedby={`${id}-warning`}
            onChange={(event) => {
              accountPaths.value = event.currentTarget.checked;
              answer.value = null;
            }}
          />
          Manage the OpenRouter account
        </label>
        <p id={`${id}-warning`} class={accountPaths.value ? "says warn" : "says"}>
          {accountPaths.value && <Icon name="alert-triangle" size="small" />} Keys, guardrails, workspaces.
          With a management key, any program that you run can make keys, delete them, and change limits. Leave
          it off unless that is what your program is for.
        </p>
      </div>
      <div class="reach-foot">
        <p class={`says ${answer.value?.kind ?? ""}`} role="status">
          {answer.value?.says}
        </p>
        <button
          type="submit"
          class="btn btn-primary"
          disabled={problem !== null || busy.value}
          aria-busy={busy.value}
        >
          {busy.value ? "Saving…" : "Save"}
        </button>
      </div>
    </form>
  );
}
