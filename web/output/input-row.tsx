/** Where the program's question is answered: one line, sent by Enter; Ctrl+D ends the input. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../shell/icon.tsx";
import { useActions } from "../state/actions.ts";
import { useApp, type AppState } from "../state/app-state.ts";

/** Whether somebody has their hands full: in a dialog, or in the program since it was started. */
export function isTypingElsewhere(app: AppState): boolean {
  const at = document.activeElement;
  const isBusy =
    at instanceof HTMLElement && at.closest("dialog, .save-popover, .side, .find-widget") !== null;
  return isBusy || app.code.peek() !== app.ranCode.peek();
}

export function InputRow() {
  const app = useApp();
  const actions = useActions();
  const field = useRef<HTMLInputElement>(null);
  const text = useSignal("");
  const sending = useSignal(false);
  useEffect(() => {
    if (!isTypingElsewhere(app)) field.current?.focus();
  }, []);

  const send = async (end: boolean): Promise<void> => {
    if (sending.value) return;
    sending.value = true;
    const line = end ? text.value : `${text.value}\n`;
    if (await actions.sendInput(line, end)) text.value = "";
    sending.value = false;
    field.current?.focus();
  };
  return (
    <form
      class="input-row"
      onSubmit={(event) => {
        event.preventDefault();
        void send(false);
      }}
    >
      <Icon name="chevron-right" />
      <input
        ref={field}
        class="mono"
        value={text.value}
        placeholder="The program is waiting for input"
        aria-label="The program is waiting for input"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        onInput={(event) => (text.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (!event.ctrlKey || event.metaKey || event.altKey) return;
          const key = event.key.toLowerCase();
          if (key === "d") void send(true);
          else if (key === "c" && event.currentTarget.selectionStart === event.currentTarget.selectionEnd) {
            void actions.stopRun();
          } else return;
          event.preventDefault();
        }}
      />
      <button type="submit" class="btn btn-sm btn-primary" disabled={sending.value}>
        Send
        <Icon name="corner-down-left" size="small" />
      </button>
      <button
        type="button"
        class="btn btn-sm"
        title="Tells the program that no more input comes (Ctrl+D)"
        disabled={sending.value}
        onClick={() => void send(true)}
      >
        End input
      </button>
    </form>
  );
}
