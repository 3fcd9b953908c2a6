/**
 * Where a key is pasted. It goes from the field to the server and nowhere else: no state, no storage and no attribute of the
 * page ever holds it, and the field is emptied before the server answers.
 */
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { limits } from "../../contract/limits.ts";
import { useApi } from "../api/api-context.ts";
import { Icon } from "../shell/icon.tsx";
import { useApp } from "../state/app-state.ts";

interface Answer {
  readonly kind: "ok" | "bad" | "busy";
  readonly says: string;
}

export function KeyForm({ says }: { readonly says: string }) {
  const app = useApp();
  const api = useApi();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const answer = useSignal<Answer | null>(null);
  const busy = answer.value?.kind === "busy";
  const note = app.session.value?.key.note ?? null;

  const check = async (key: string): Promise<void> => {
    if (field.current !== null) field.current.value = "";
    if (key.trim() === "" || busy) return;
    answer.value = { kind: "busy", says: "Checking it at OpenRouter…" };
    const checked = await api.setKey({ body: { key } });
    field.current?.focus();
    if (!checked.ok) {
      answer.value = { kind: "bad", says: `${checked.error.says} ${checked.error.hint}` };
      return;
    }
    app.session.value = checked.value;
    const note = checked.value.key.note;
    answer.value = { kind: "ok", says: `The key works${note === null ? "" : `: ${note}`}.` };
  };
  const remove = async (): Promise<void> => {
    answer.value = { kind: "busy", says: "Removing it…" };
    const removed = await api.deleteKey();
    field.current?.focus();
    if (!removed.ok) {
      answer.value = { kind: "bad", says: `${removed.error.says} ${removed.error.hint}` };
      return;
    }
    app.session.value = removed.value;
    answer.value = { kind: "ok", says: "The key was removed from the server." };
  };

  return (
    <form
      class="dialog-body key-form"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        void check(field.current?.value ?? "");
      }}
    >
      <p>{says}</p>
      {note !== null && answer.value === null && <p class="says">{note}</p>}
      <div>
        <label class="label" for={id}>
          Paste a key
        </label>
        <input
          ref={field}
          id={id}
          class="form-control mono"
          type="password"
          // The dialog gives it the focus as it opens, before the next key can come.
          autoFocus
          placeholder="sk-or-v1-…"
          autocomplete="off"
          autocapitalize="off"
          autocorrect="off"
          spellcheck={false}
          // Password managers would offer to keep it.
          data-1p-ignore=""
          data-lpignore="true"
          data-bwignore="true"
          maxLength={limits.keyLength}
          readOnly={busy}
          aria-describedby={`${id}-answer`}
          onPaste={(event) => {
            event.preventDefault();
            void check(event.clipboardData?.getData("text/plain") ?? "");
          }}
        />
      </div>
      <p id={`${id}-answer`} class={`says ${answer.value?.kind ?? ""}`} role="status">
        {busy && <span class="key-spinner" aria-hidden="true" />}
        {answer.value?.says ?? "It is checked as soon as it is pasted."}
      </p>
      <KeyFacts />
      {app.session.value?.key.source === "session" && (
        <button type="button" class="btn" disabled={busy} onClick={() => void remove()}>
          <Icon name="trash-2" />
          Remove the key
        </button>
      )}
    </form>
  );
}

function KeyFacts() {
  return (
    <p class="says key-facts">
      <Icon name="shield" />
      <span>
        It is kept sealed on the server, never comes back to this page, and never enters the sandbox: programs
        see a placeholder.{" "}
        <a href="https://openrouter.ai/settings/keys" target="_blank" rel="noopener noreferrer">
          Make a key at openrouter.ai
        </a>
      </span>
    </p>
  );
}
