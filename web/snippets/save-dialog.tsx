/** Asks for a name when a new program is saved: a small popover over the editor that Enter confirms and Escape leaves. */
import "./save-dialog.css";
import { useSignal } from "@preact/signals";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { limits } from "../../contract/limits.ts";
import { Icon } from "../shell/icon.tsx";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { openingOf } from "./openings.ts";
import { proposedName } from "./proposed-name.ts";

export { openConflict, openSave } from "./openings.ts";

/** Both dialogs of saving; stands once in the page and shows what was asked for by `openSave` or `openConflict`. */
export function SaveDialog() {
  const opening = openingOf(useApp());
  const close = (): void => {
    opening.value = "none";
  };
  return (
    <>
      {opening.value === "save" && <SavePopover onClose={close} />}
      <ConflictDialog open={opening.value === "conflict"} onClose={close} />
    </>
  );
}

function SavePopover({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const actions = useActions();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const name = useSignal(proposedName(app.code.peek(), app.program.peek().name));
  const saving = useSignal(false);
  // Before the next key can come.
  useLayoutEffect(() => {
    const before = document.activeElement;
    field.current?.focus();
    field.current?.select();
    return () => {
      // Back to the editor, unless the user has gone elsewhere.
      const lost = document.activeElement === null || document.activeElement === document.body;
      if (lost && before instanceof HTMLElement) before.focus();
    };
  }, []);

  const trimmed = name.value.trim();
  const taken = isTaken(app.snippets.value?.list ?? [], trimmed);
  const save = async (): Promise<void> => {
    if (trimmed === "" || saving.value) return;
    saving.value = true;
    const saved = await actions.saveAs(trimmed);
    saving.value = false;
    if (saved) onClose();
    else field.current?.focus();
  };
  return (
    <div
      class="save-popover"
      role="dialog"
      aria-label="Save as a snippet"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <label class="label" for={id}>
          Save as
        </label>
        <div class="save-line">
          <input
            id={id}
            ref={field}
            class="form-control"
            value={name.value}
            maxLength={limits.snippetNameLength}
            autocomplete="off"
            spellcheck={false}
            aria-describedby={`${id}-says`}
            onInput={(event) => (name.value = event.currentTarget.value)}
          />
          <button
            type="submit"
            class="btn btn-primary"
            disabled={trimmed === "" || saving.value}
            aria-busy={saving.value}
          >
            {saving.value ? "Saving…" : "Save"}
          </button>
          <button type="button" class="icon-button" aria-label="Cancel" onClick={onClose}>
            <Icon name="x" />
          </button>
        </div>
        <p id={`${id}-says`} class={taken ? "says warn" : "says"} aria-live="polite">
          {trimmed === "" && "A snippet needs a name."}
          {taken && "You have a snippet of this name already; this makes another one."}
        </p>
      </form>
    </div>
  );
}

function isTaken(list: readonly { readonly name: string }[], name: string): boolean {
  return list.some((snippet) => snippet.name.toLowerCase() === name.toLowerCase());
}
