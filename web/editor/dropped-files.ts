/** Takes files that are dropped on the page or picked from disk: as the program, or beside it. Earlier unsaved text stays recoverable. */
import { limits } from "../../contract/limits.ts";
import { fileChanges } from "../files/file-changes.ts";
import type { Actions } from "../state/actions.ts";
import type { AppState } from "../state/app-state.ts";

/** The first file that is text; says why when there is none. */
export async function openPrograms(
  files: Iterable<File> | null,
  app: AppState,
  actions: Actions,
): Promise<void> {
  const [file] = files ?? [];
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

/**
 * Lets files be dropped anywhere on the page: one Python file is opened as the program, as it always was; several, others, or
 * any on the tabs come beside the program.
 */
export function acceptDrops(app: AppState, actions: Actions): void {
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;
  addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    const isOnTabs = event.target instanceof Element && event.target.closest(".file-tabs") !== null;
    const isProgram = files.length === 1 && files[0]?.name.endsWith(".py") === true && !isOnTabs;
    if (isProgram) void openPrograms(files, app, actions);
    else void fileChanges(app).upload(files);
  });
}
