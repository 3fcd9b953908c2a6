/** Asks for the path of a new file, or another one for a file that is there; what is wrong with it is said while it is typed. */
import { useSignal } from "@preact/signals";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { limits } from "../../contract/limits.ts";
import { Dialog } from "../shell/dialog.tsx";
import { useFileChanges } from "./file-changes.ts";

interface FileNameDialogProps {
  readonly open: boolean;
  /** The file to rename; null asks for a new one. */
  readonly path: string | null;
  readonly anchor: HTMLElement | null;
  readonly onName: (path: string) => void;
  readonly onClose: () => void;
}

export function FileNameDialog({ open, path, anchor, onName, onClose }: FileNameDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      label={path === null ? "New file" : "Rename the file"}
      anchor={anchor}
      class="file-name-dialog"
    >
      <NameForm path={path} onName={onName} onClose={onClose} />
    </Dialog>
  );
}

function NameForm({ path, onName, onClose }: Pick<FileNameDialogProps, "path" | "onName" | "onClose">) {
  const changes = useFileChanges();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const name = useSignal(path ?? "");
  const wasTyped = useSignal(false);
  // Before the next key can come.
  useLayoutEffect(() => {
    field.current?.focus();
    // The ending of a file name stays as it is, as elsewhere.
    const stem = (path ?? "").replace(/\.[^./]*$/, "");
    field.current?.setSelectionRange(stem.lastIndexOf("/") + 1, stem.length);
  }, []);
  const problem = changes.problemOf(name.value, path);
  return (
    <form
      class="dialog-body"
      onSubmit={(event) => {
        event.preventDefault();
        wasTyped.value = true;
        if (problem !== null) return;
        onClose();
        if (name.value !== path) onName(name.value);
      }}
    >
      <label class="label" for={id}>
        Path
      </label>
      <div class="file-name-line">
        <input
          id={id}
          ref={field}
          class="form-control mono"
          value={name.value}
          placeholder="data/people.csv"
          maxLength={limits.filePathLength + 1}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          aria-invalid={wasTyped.value && problem !== null}
          aria-describedby={`${id}-says`}
          onInput={(event) => {
            name.value = event.currentTarget.value;
            wasTyped.value = true;
          }}
        />
        <button type="submit" class="btn btn-primary">
          {path === null ? "Add" : "Rename"}
        </button>
      </div>
      <p
        id={`${id}-says`}
        class={wasTyped.value && problem !== null ? "says bad" : "says"}
        aria-live="polite"
      >
        {wasTyped.value && problem !== null
          ? problem
          : "The program finds it beside itself, under this path. Folders are parted by /."}
      </p>
    </form>
  );
}
