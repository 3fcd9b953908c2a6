/** One saved program in the list: press to load it, F2 to rename it in place, the menu for the rest. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
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
  /** "start" begins; a name ends it with that name, null without a change. */
  readonly onRename: (name: string | null) => void;
  readonly onDelete: () => void;
}

export function SnippetRow({ snippet, current, unsaved, renaming, onOpen, onRename, onDelete }: RowProps) {
  const more = useRef<HTMLButtonElement>(null);
  const menu = useSignal(false);
  if (renaming) return <RenameRow name={snippet.name} onDone={onRename} />;
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
          if (event.key === "F2") onRename("start");
          else if (event.key === "Delete") onDelete();
          else return;
          event.preventDefault();
        }}
      >
        <span class="snippet-name">{snippet.name}</span>
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
          { label: "Rename", icon: "edit-2", keys: "F2", run: () => onRename("start") },
          "rule",
          { label: "Delete", icon: "trash-2", keys: "Del", danger: true, run: onDelete },
        ]}
      />
    </li>
  );
}

function RenameRow({
  name,
  onDone,
}: {
  readonly name: string;
  readonly onDone: (name: string | null) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  useEffect(() => {
    field.current?.focus();
    // The ending of a file name stays as it is, as elsewhere.
    field.current?.setSelectionRange(0, name.replace(/\.py$/, "").length);
  }, [name]);
  const end = (renamed: string | null): void => {
    if (ended.current) return;
    ended.current = true;
    const trimmed = renamed?.trim() ?? "";
    onDone(trimmed === "" || trimmed === name ? null : trimmed);
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
        onBlur={(event) => end(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") end(event.currentTarget.value);
          else if (event.key === "Escape") end(null);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
    </li>
  );
}
