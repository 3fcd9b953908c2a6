/** On a phone: a line to type into the program's terminal, and the keys that a phone does not have. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Icon } from "../shell/icon.tsx";
import { useActions } from "../state/actions.ts";

const keys = [
  ["Ctrl+C", "\u0003", "Interrupt the program"],
  ["Ctrl+D", "\u0004", "End of input"],
  ["Tab", "\t", "Tab"],
  ["↑", "\u001B[A", "Arrow up"],
  ["↓", "\u001B[B", "Arrow down"],
] as const;

export function TerminalRow() {
  const actions = useActions();
  const field = useRef<HTMLInputElement>(null);
  const text = useSignal("");
  return (
    <form
      class="input-row terminal-row"
      onSubmit={(event) => {
        event.preventDefault();
        actions.typeKeys(`${text.value}\n`);
        text.value = "";
        field.current?.focus();
      }}
    >
      <div class="terminal-keys" role="group" aria-label="Keys">
        {keys.map(([label, sequence, says]) => (
          <button
            key={label}
            type="button"
            class="btn btn-sm"
            aria-label={says}
            onClick={() => actions.typeKeys(sequence)}
          >
            {label}
          </button>
        ))}
      </div>
      <div class="terminal-line">
        <Icon name="chevron-right" />
        <input
          ref={field}
          class="mono"
          value={text.value}
          placeholder="Type into the program"
          aria-label="Type into the program"
          autocomplete="off"
          autocapitalize="off"
          enterkeyhint="send"
          spellcheck={false}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <button type="submit" class="btn btn-sm btn-primary">
          Send
          <Icon name="corner-down-left" size="small" />
        </button>
      </div>
    </form>
  );
}
