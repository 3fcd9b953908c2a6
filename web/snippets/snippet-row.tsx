/** One saved program in the list: press to load it, F2 to rename it in place, the menu for the rest. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { limits } from "../../contract/limits.ts";
import type { SnippetSummary } from "../../contract/snippets.ts";
import { formatAgo } from "../shell/format.ts";
import { Icon } from "../shell/icon.tsx";
import { Menu } from "../shell/menu.tsx";

interface RowProps {
  readonly snippet: SnippetSummary;
  readonly current: boolean;
  readonly unsaved: boolean;
  readonly renaming: boolean;
  readonly onOpen: () => void;
  readonly onRename: () => void;
  /** Null is without a change; `byKey` when the focus is still here. */
  readonly onRenamed: (name: string | null, byKey: boolean) => void;
  readonly onDelete: () => void;
}

export function SnippetRow(props: RowProps) {
  const { snippet, current, unsaved, renaming, onOpen, onRename, onDelete } = props;
  const more = useRef<HTMLButtonElement>(null);
  const menu = useSignal(false);
  if (renaming) return <RenameRow name={snippet.name} onDone={props.onRenamed} />;
  const hint = unsaved ? "Has changes that are not saved" : "";
  return (
    <li class={current ? "snippet-row current" : "snippet-row"}>
      <button
        type="button"
        class="snippet-open"
        aria-current={current ? "true" : undefined}
        title={snippet.name}
        onClick={onOpen}
        onKeyDown={(event) => {
          if (event.key === "F2") onRename();
          else if (event.key === "Delete") onDelete();
          else return;
          event.preventDefault();
        }}
      >
        <span class="snippet-name">{snippet.name}</span>
        {snippet.fileCount > 0 && (
          <span class="snippet-files" title={`With ${filesWords(snippet.fileCount)} beside it`}>
            <Icon name="layers" size="small" />
            <span aria-hidden="true">{snippet.fileCount}</span>
            <span class="visually-hidden">{filesWords(snippet.fileCount)}</span>
          </span>
        )}
        {unsaved && <span class="snippet-unsaved" role="img" aria-label={hint} title={hint} />}
        <time dateTime={snippet.updatedAt} title={new Date(snippet.updatedAt).toLocaleString("en-GB")}>
          {formatAgo(snippet.updatedAt, Date.now())}
        </time>
      </button>
      <button
        ref={more}
        type="button"
        class="icon-button small snippet-more"
        aria-label={`More for ${snippet.name}`}
        aria-haspopup="menu"
        aria-expanded={menu.value}
        onClick={() => (menu.value = true)}
      >
        <Icon name="more-horizontal" />
      </button>
      <Menu
        open={menu.value}
        onClose={() => (menu.value = false)}
        label={snippet.name}
        anchor={more.current}
        items={[
          { label: "Open", icon: "file-text", keys: "Enter", run: onOpen },
          { label: "Rename", icon: "edit-2", keys: "F2", run: () => onRename() },
          "rule",
          { label: "Delete", icon: "trash-2", keys: "Del", danger: true, run: onDelete },
        ]}
      />
    </li>
  );
}

function RenameRow({ name, onDone }: { readonly name: string; readonly onDone: RowProps["onRenamed"] }) {
  const field = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  // Before the next key can come.
  useLayoutEffect(() => {
    field.current?.focus();
    // The ending of a file name stays as it is, as elsewhere.
    field.current?.setSelectionRange(0, name.replace(/\.py$/, "").length);
  }, [name]);
  const end = (renamed: string | null, byKey: boolean): void => {
    if (ended.current) return;
    ended.current = true;
    const trimmed = renamed?.trim() ?? "";
    onDone(trimmed === "" || trimmed === name ? null : trimmed, byKey);
  };
  return (
    <li class="snippet-row renaming">
      <input
        ref={field}
        class="form-control"
        aria-label={`New name for ${name}`}
        defaultValue={name}
        maxLength={limits.snippetNameLength}
        autocomplete="off"
        spellcheck={false}
        onBlur={(event) => end(event.currentTarget.value, false)}
        onKeyDown={(event) => {
          if (event.key === "Enter") end(event.currentTarget.value, true);
          else if (event.key === "Escape") end(null, true);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
    </li>
  );
}

const filesWords = (count: number): string => (count === 1 ? "1 file" : `${count} files`);
