/** Opens a Python file that was dropped on the page or picked from disk; earlier unsaved text stays recoverable. */
import { limits } from "../../contract/limits.ts";
import type { Actions } from "../state/actions.ts";
import type { AppState } from "../state/app-state.ts";

/** The first file that is text; says why when there is none. */
export async function openPrograms(files: FileList | null, app: AppState, actions: Actions): Promise<void> {
  const file = files?.[0];
  if (file === undefined) return;
  if (file.size > limits.codeBytes) {
    app.notify({ kind: "warn", says: `${file.name} is too large.`, hint: "A program may have up to 1 MiB." });
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    actions.openText(file.name, text);
  } catch {
    // The decoder's only complaint: these bytes are no text.
    app.notify({
      kind: "warn",
      says: `${file.name} is not a text file.`,
      hint: "Python programs are UTF-8 text.",
    });
  }
}

/** Lets a file be dropped anywhere on the page. */
export function acceptDrops(app: AppState, actions: Actions): void {
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;
  addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    void openPrograms(event.dataTransfer?.files ?? null, app, actions);
  });
}
