/** Under the output of an ended run: the files that the program made or changed, to be saved or put beside the program. */
import { useSignal } from "@preact/signals";
import type { RunResult } from "../../contract/results.ts";
import { useApi } from "../api/api-context.ts";
import { useFileChanges } from "../files/file-changes.ts";
import { asProgramFile } from "../files/program-files.ts";
import { saveBytes } from "../files/save-bytes.ts";
import { hasEnded } from "../run/run-words.ts";
import { formatBytes } from "../shell/format.ts";
import { Icon } from "../shell/icon.tsx";
import { useApp } from "../state/app-state.ts";
import { downloadName, titleOf } from "./result-words.ts";

export function MadeFiles() {
  const app = useApp();
  const isOpen = useSignal(true);
  const run = app.run.value;
  const files = app.results.value.filter(({ kind }) => kind === "file");
  if (run === null || !hasEnded(run) || files.length === 0) return null;
  return (
    <section class="made-files" aria-label="Files that the program made">
      <button
        type="button"
        class="made-files-head"
        aria-expanded={isOpen.value}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <Icon name={isOpen.value ? "chevron-down" : "chevron-right"} size="small" />
        Files
        <span class="count">{files.length}</span>
      </button>
      {isOpen.value && (
        <ul>
          {files.map((file) => (
            <FileRow key={file.number} file={file} />
          ))}
        </ul>
      )}
    </section>
  );
}

function FileRow({ file }: { readonly file: RunResult }) {
  const app = useApp();
  const api = useApi();
  const changes = useFileChanges();
  const isBusy = useSignal(false);
  const name = titleOf(file);
  const load = async (take: (bytes: Uint8Array<ArrayBuffer>) => void): Promise<void> => {
    const run = app.run.value;
    if (run === null || isBusy.value) return;
    isBusy.value = true;
    const answer = await api.getResult({ params: { run: run.id, number: String(file.number) }, query: {} });
    isBusy.value = false;
    if (answer.ok) take(answer.value);
    else app.explain(answer.error);
  };
  return (
    <li>
      <Icon name={file.display === "image" ? "image" : "file-text"} size="small" />
      <span class="made-name" title={name}>
        {name}
      </span>
      <span class="made-size">{formatBytes(file.sizeBytes)}</span>
      {file.note !== null && <span class={file.kept ? "made-note" : "made-note warn"}>{file.note}</span>}
      <span class="spacer" />
      {file.kept && (
        <>
          <button
            type="button"
            class="btn btn-sm"
            disabled={isBusy.value}
            aria-label={`Download ${name}`}
            onClick={() => void load((bytes) => saveBytes(downloadName(file), bytes))}
          >
            <Icon name="download" size="small" />
            <span class="wide-only">Download</span>
          </button>
          <button
            type="button"
            class="btn btn-sm"
            disabled={isBusy.value}
            aria-label={`Add ${name} to the program`}
            onClick={() =>
              void load((bytes) =>
                changes.put(asProgramFile(name, bytes), (isNew) =>
                  isNew
                    ? `“${name}” stands beside the program now.`
                    : `“${name}” beside the program is the new one now.`,
                ),
              )
            }
          >
            <Icon name="plus" size="small" />
            <span class="wide-only">Add to the program</span>
          </button>
        </>
      )}
    </li>
  );
}
