/** Adds, renames, replaces and removes files beside the program: refusals in words, and a way back from what was lost. */
import { batch } from "@preact/signals";
import type { ProgramFile } from "../../contract/files.ts";
import { limits } from "../../contract/limits.ts";
import { fileNameOf } from "../run/run-words.ts";
import { useApp, type AppState } from "../state/app-state.ts";
import {
  asProgramFile,
  pathProblem,
  renamed,
  sizeProblem,
  tooLarge,
  withFile,
  withoutFile,
  type Files,
} from "./program-files.ts";

export interface FileChanges {
  /** Adds, or replaces the file of that path; false when it was refused, with the reason shown. `says` null says nothing. */
  readonly put: (file: ProgramFile, says: ((isNew: boolean) => string) | null) => boolean;
  /** From the user's disk; each one is answered by itself. */
  readonly upload: (given: readonly File[], replacing?: string) => Promise<void>;
  readonly rename: (from: string, to: string) => void;
  readonly remove: (path: string) => void;
  /** Why a file can't be called so, in words; `but` is the file that gets the name. */
  readonly problemOf: (path: string, but: string | null) => string | null;
}

export function useFileChanges(): FileChanges {
  return fileChanges(useApp());
}

export function fileChanges(app: AppState): FileChanges {
  const problemOf: FileChanges["problemOf"] = (path, but) => {
    const others = but === null ? app.files.value : withoutFile(app.files.value, but);
    return pathProblem(path, others, fileNameOf(app.program.value.name));
  };
  const refuse = (says: string): boolean => {
    app.notify({ kind: "warn", says, hint: "Nothing was changed." });
    return false;
  };
  /** The way back: only of this change, whatever has been done since. */
  const undo = (change: (files: Files) => Files, openPath?: string) => ({
    label: "Undo",
    run: (): void =>
      batch(() => {
        app.files.value = change(app.files.value);
        if (openPath !== undefined) app.openPath.value = openPath;
        else if (!app.files.value.some(({ path }) => path === app.openPath.value)) app.openPath.value = null;
      }),
  });

  const put: FileChanges["put"] = (file, says) => {
    const before = app.files.value.find(({ path }) => path === file.path);
    const problem = problemOf(file.path, file.path) ?? sizeProblem(withFile(app.files.value, file));
    if (problem !== null) return refuse(problem);
    batch(() => {
      app.files.value = withFile(app.files.value, file);
      app.openPath.value = file.path;
    });
    if (says === null) return true;
    app.notify({
      kind: "ok",
      says: says(before === undefined),
      action: undo((files) =>
        before === undefined ? withoutFile(files, file.path) : withFile(files, before),
      ),
    });
    return true;
  };

  const upload: FileChanges["upload"] = async (given, replacing) => {
    for (const chosen of given) {
      if (chosen.size > limits.fileBytes) {
        refuse(tooLarge(chosen.name));
        continue;
      }
      const path = replacing ?? chosen.name;
      const file = asProgramFile(path, new Uint8Array(await chosen.arrayBuffer()));
      put(file, (isNew) => (isNew ? `“${path}” stands beside the program now.` : `“${path}” was replaced.`));
    }
  };

  const rename: FileChanges["rename"] = (from, to) =>
    batch(() => {
      app.files.value = renamed(app.files.value, from, to);
      if (app.openPath.value === from) app.openPath.value = to;
    });

  const remove: FileChanges["remove"] = (path) => {
    const gone = app.files.value.find((file) => file.path === path);
    if (gone === undefined) return;
    const wasOpen = app.openPath.value === path;
    batch(() => {
      app.files.value = withoutFile(app.files.value, path);
      if (wasOpen) app.openPath.value = null;
    });
    app.notify({
      kind: "info",
      says: `“${path}” was removed.`,
      action: undo((files) => withFile(files, gone), wasOpen ? path : undefined),
    });
  };
  return { put, upload, rename, remove, problemOf };
}
