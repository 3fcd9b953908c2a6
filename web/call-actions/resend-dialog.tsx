/** A recorded request to be edited and sent once more, as a new call of its run. */
import "./resend-dialog.css";
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import type { Call } from "../../contract/calls.ts";
import type { FailureReply } from "../../contract/failures.ts";
import { useApi } from "../api/api-context.ts";
import { freshKey } from "../api/fresh-key.ts";
import { Dialog } from "../shell/dialog.tsx";
import { Icon } from "../shell/icon.tsx";
import { keyLabel } from "../shell/keys.ts";
import { useNarrow } from "../shell/use-narrow.ts";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { usePageParts } from "../state/page-parts.ts";
import { editableOf, jsonProblem, type Editable } from "./resend-text.ts";

interface ResendProps {
  readonly call: Call;
  readonly onClose: () => void;
}

export function ResendDialog({ call, onClose }: ResendProps) {
  const api = useApi();
  const editable = useSignal<Editable | null>(null);
  const failure = useSignal<FailureReply | null>(null);
  useEffect(() => {
    void api.getCall({ params: { run: call.runId, number: String(call.number) } }).then((answer) => {
      if (answer.ok) editable.value = editableOf(answer.value);
      else failure.value = answer.error;
    });
  }, [call.id]);
  return (
    <Dialog open onClose={onClose} label={`Send call ${call.number} again`} class="resend">
      {editable.value === null ? (
        <p class={failure.value === null ? "says dialog-body" : "says bad dialog-body"} role="status">
          {failure.value === null ? "Loading the call…" : `${failure.value.says} ${failure.value.hint}`}
        </p>
      ) : (
        <ResendForm call={call} editable={editable.value} failure={failure} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface FormProps extends ResendProps {
  readonly editable: Editable;
  readonly failure: Signal<FailureReply | null>;
}

function ResendForm({ call, editable, failure, onClose }: FormProps) {
  const id = useId();
  const app = useApp();
  const text = useSignal(editable.text);
  const { sending, send } = useSending({ call, editable, failure, onClose }, text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const changed = text.value !== editable.text;
  const problem = editable.isJson && text.value !== null ? jsonProblem(text.value) : null;
  const simulated = app.run.value?.simulated ?? call.simulated;
  return (
    <form
      class="dialog-body"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        void send();
      }}
    >
      <p class="says">
        <code>
          {call.method} {call.path}
        </code>{" "}
        goes out once more as a new call of this run, with the same headers.{" "}
        {simulated
          ? "The simulator answers; nothing is charged."
          : "It is charged like any other, and held to your ceilings."}
      </p>
      {text.value === null ? (
        <p class={editable.canSend ? "says" : "says warn"}>{editable.says}</p>
      ) : (
        <textarea
          ref={field}
          class="form-control"
          aria-label="Body of the request"
          aria-describedby={`${id}-says`}
          aria-invalid={problem !== null}
          spellcheck={false}
          autocomplete="off"
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
      )}
      <p id={`${id}-says`} class={failure.value !== null ? "says bad" : "says warn"} role="status">
        {failure.value !== null
          ? `${failure.value.says} ${failure.value.hint}`
          : problem !== null && `Not JSON, and sent as it stands: ${problem}`}
      </p>
      <div class="resend-foot">
        {changed && (
          <button type="button" class="btn" onClick={() => (text.value = editable.text)}>
            <Icon name="rotate-ccw" size="small" />
            Put it back
          </button>
        )}
        <span class="spacer" />
        <button type="button" class="btn" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" class="btn btn-primary" disabled={sending || !editable.canSend}>
          {changed ? "Send edited" : "Send again"}
          <SendKey />
        </button>
      </div>
    </form>
  );
}

function SendKey() {
  const { isMac } = usePageParts();
  return useNarrow() ? null : <kbd>{keyLabel({ key: "Enter", mod: true }, isMac)}</kbd>;
}

function useSending({ call, editable, failure, onClose }: FormProps, text: Signal<string | null>) {
  const app = useApp();
  const api = useApi();
  const actions = useActions();
  const narrow = useNarrow();
  const sending = useSignal(false);
  /** The same text pressed twice, because the answer was lost, is one call. */
  const pressed = useRef<{ readonly text: string | null; readonly key: string } | null>(null);
  const send = async (): Promise<void> => {
    if (sending.value || !editable.canSend) return;
    // Unchanged it goes as it was recorded, to the byte.
    const wanted = text.value === editable.text ? null : text.value;
    if (pressed.current?.text !== wanted || pressed.current === null)
      pressed.current = { text: wanted, key: freshKey() };
    sending.value = true;
    const answer = await api.resendCall({
      params: { run: call.runId, number: String(call.number) },
      body: { text: wanted, idempotencyKey: pressed.current.key },
    });
    sending.value = false;
    failure.value = answer.ok ? null : answer.error;
    if (!answer.ok) return;
    onClose();
    app.panel.value = "calls";
    actions.selectCall(answer.value.number);
    if (narrow) app.sheet.value = "inspector";
  };
  return { sending: sending.value, send };
}
