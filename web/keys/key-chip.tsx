/** Whose key pays: a chip in the status bar; pressing it lets a key be pasted, checked at once, or removed. */
import "./key-chip.css";
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Dialog } from "../shell/dialog.tsx";
import { Icon } from "../shell/icon.tsx";
import { useApp } from "../state/app-state.ts";
import { KeyForm } from "./key-form.tsx";
import { keyWords } from "./key-words.ts";

export function KeyChip() {
  const app = useApp();
  const chip = useRef<HTMLButtonElement>(null);
  const open = useSignal(false);
  const words = keyWords(app.session.value);
  return (
    <>
      <button
        ref={chip}
        type="button"
        class="key-chip"
        aria-haspopup="dialog"
        aria-expanded={open.value}
        title={words.says}
        onClick={() => (open.value = true)}
      >
        <Icon name="key" size="small" />
        {words.chip}
      </button>
      <Dialog
        open={open.value}
        onClose={() => (open.value = false)}
        label="OpenRouter key"
        anchor={chip.current}
      >
        <KeyForm says={words.says} />
      </Dialog>
    </>
  );
}
