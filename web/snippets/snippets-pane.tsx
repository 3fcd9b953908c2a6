/** The saved programs: search, load, rename in place, delete with a way back. */
import "./snippets-pane.css";
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { limits } from "../../contract/limits.ts";
import type { SnippetSummary } from "../../contract/snippets.ts";
import { Icon } from "../shell/icon.tsx";
import { keysOf } from "../shell/keys.ts";
import { useNarrow } from "../shell/use-narrow.ts";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { usePageParts } from "../state/page-parts.ts";
import { SnippetRow } from "./snippet-row.tsx";
import { useSnippetChanges } from "./use-snippet-changes.ts";
import { useSnippetList } from "./use-snippet-list.ts";

export function SnippetsPane() {
  const app = useApp();
  const actions = useActions();
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const query = useSignal("");
  const found = useSnippetList(query);
  const changes = useSnippetChanges(found.reload);
  const renaming = useSignal<string | null>(null);
  const narrow = useNarrow();
  const currentId = useComputed(() => app.program.value.snippetId);
  useSlash(field);

  const open = async (snippet: SnippetSummary): Promise<void> => {
    if (snippet.id !== currentId.value) await actions.openSnippet(snippet.id);
    if (app.sheet.value === "snippets") app.sheet.value = "none";
  };
  const remove = async (snippet: SnippetSummary, row: number): Promise<void> => {
    await changes.remove(snippet);
    focusRow(list.current, row);
  };
  const { shown, total, failure } = found;
  return (
    <section class="snippets-pane" aria-label="Snippets">
      <header class="snippets-head">
        <h2>Snippets</h2>
        <button
          type="button"
          class="btn btn-sm"
          onClick={() => {
            actions.newProgram();
            app.sheet.value = "none";
          }}
        >
          <Icon name="plus" size="small" />
          New
        </button>
      </header>
      <label class="field snippets-search">
        <Icon name="search" />
        <input
          ref={field}
          type="search"
          placeholder="Search snippets"
          aria-label="Search snippets"
          autocomplete="off"
          spellcheck={false}
          maxLength={limits.searchLength}
          value={query.value}
          onInput={(event) => (query.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" && query.value !== "") query.value = "";
            else if (event.key === "Escape") event.currentTarget.blur();
            else if (event.key === "ArrowDown") focusRow(list.current, 0);
            else if (event.key === "Enter" && shown?.[0] !== undefined) void open(shown[0]);
            else return;
            event.preventDefault();
          }}
        />
        {!narrow && <kbd>/</kbd>}
      </label>
      {failure !== null && (
        <div class="snippets-words" role="alert">
          <p class="says bad">
            {failure.says} {failure.hint}
          </p>
          <button type="button" class="btn btn-sm" onClick={() => void found.reload()}>
            <Icon name="refresh-cw" size="small" />
            Try again
          </button>
        </div>
      )}
      {shown === null && failure === null && <p class="snippets-words says">Loading…</p>}
      {shown?.length === 0 && <NothingHere query={found.query} onClear={() => (query.value = "")} />}
      <ul
        ref={list}
        class="snippets-list"
        aria-label="Saved programs"
        aria-busy={found.loading}
        onKeyDown={(event) => walk(event, list.current)}
      >
        {shown?.map((snippet, row) => (
          <SnippetRow
            key={snippet.id}
            snippet={snippet}
            current={snippet.id === currentId.value}
            unsaved={snippet.id === currentId.value && app.unsaved.value}
            renaming={renaming.value === snippet.id}
            onOpen={() => void open(snippet)}
            onRename={() => (renaming.value = snippet.id)}
            onRenamed={(name, byKey) => {
              renaming.value = null;
              if (byKey) focusRow(list.current, row);
              if (name !== null) void changes.rename(snippet, name);
            }}
            onDelete={() => void remove(snippet, row)}
          />
        ))}
      </ul>
      {shown !== null && total > shown.length && (
        <p class="snippets-words says">
          The newest {shown.length} of {total}. Search to find the others.
        </p>
      )}
    </section>
  );
}

function NothingHere({ query, onClear }: { readonly query: string; readonly onClear: () => void }) {
  const { isMac } = usePageParts();
  const narrow = useNarrow();
  if (query !== "") {
    return (
      <div class="empty">
        <strong>No snippet matches</strong>
        <p>
          Neither a name nor a program contains “{query}”.{" "}
          <button type="button" class="link-button" onClick={onClear}>
            Clear the search
          </button>
        </p>
      </div>
    );
  }
  return (
    <div class="empty">
      <strong>Nothing saved yet</strong>
      <p>
        {narrow ? "Save, in the page's menu," : <kbd>{keysOf("save", isMac)}</kbd>} keeps the program in the
        editor here, under a name it proposes.
      </p>
    </div>
  );
}

/** `/` goes to the search from anywhere that is not typed into. */
function useSlash(field: { readonly current: HTMLInputElement | null }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      const at = event.target instanceof HTMLElement ? event.target : null;
      if (at?.closest("input, textarea, select, dialog, [contenteditable], .monaco-editor, .xterm")) return;
      if (field.current === null || field.current.offsetParent === null) return;
      event.preventDefault();
      field.current.focus();
      field.current.select();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [field]);
}

const steps: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => Math.min(at + 1, count - 1),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, count) => count - 1,
};

function walk(event: KeyboardEvent, list: HTMLUListElement | null): void {
  const step = steps[event.key];
  if (step === undefined || event.target instanceof HTMLInputElement) return;
  const rows = rowsOf(list);
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  focusRow(list, step(at, rows.length));
  event.preventDefault();
}

function rowsOf(list: HTMLUListElement | null): HTMLElement[] {
  return list === null ? [] : [...list.querySelectorAll<HTMLElement>(":scope > li")];
}

/** After a change the list is drawn anew; the row that stands there then, or the last one, gets the focus. */
function focusRow(list: HTMLUListElement | null, row: number): void {
  requestAnimationFrame(() => {
    const rows = rowsOf(list);
    rows[Math.min(row, rows.length - 1)]?.querySelector<HTMLElement>(".snippet-open")?.focus();
  });
}
