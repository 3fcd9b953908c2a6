/** A JSON text as a tree to walk by keys like VS Code's: drawn row by row, searched, and copied value by value. */
import "./tree-view.css";
import { useSignal } from "@preact/signals";
import { useId, useMemo, useRef } from "preact/hooks";
import { CopyButton } from "../calls/copy-button.tsx";
import { useRowWindow } from "../calls/row-window.ts";
import { formatCount } from "../shell/format.ts";
import { Icon } from "../shell/icon.tsx";
import { holdsMembers, rootOf, valueText, type JsonNode } from "./json-tree.ts";
import { LongText } from "./long-text.tsx";
import { TreeSearch } from "./tree-search.tsx";
import {
  expandedRows,
  listedMembers,
  openedAtFirst,
  pathOf,
  placesOf,
  rememberedMembers,
  revealed,
  treeRows,
  type Openness,
  type TreeRow,
} from "./tree-rows.ts";
import { useCopy } from "./use-copy.ts";

/** Also in tree-view.css. */
const rowHeight = 22;
const deepestIndent = 12;
/** A row shows one line; more of a value stands below the tree. */
const rowCharacters = 200;

interface TreeProps {
  /** Known to be JSON. */
  readonly text: string;
  /** Names it for a screen reader: "The request as a tree". */
  readonly label: string;
}

export function TreeView({ text, label }: TreeProps) {
  const root = useMemo(() => rootOf(text), [text]);
  return <Tree key={text} text={text} root={root} label={label} />;
}

function Tree({ text, root, label }: TreeProps & { readonly root: JsonNode }) {
  const id = useId();
  const copy = useCopy();
  const scroller = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const members = useMemo(() => rememberedMembers(text), [text]);
  const openness = useSignal<Openness>({ open: openedAtFirst(root, members), listed: new Map() });
  const rows = useMemo(() => treeRows(root, members, openness.value), [root, members, openness.value]);
  const at = useSignal(0);
  const active = Math.min(at.value, rows.length - 1);
  const view = useRowWindow(scroller, rows.length, rowHeight);
  const query = useSignal("");
  const places = useMemo(() => placesOf(text, query.value), [text, query.value]);
  const place = useSignal(-1);

  const move = (index: number): void => {
    at.value = Math.max(0, Math.min(index, rows.length - 1));
    view.reveal(at.value);
  };
  const setOpen = (node: JsonNode, isOpen: boolean): void => {
    const open = new Set(openness.value.open);
    if (isOpen) open.add(node.start);
    else open.delete(node.start);
    openness.value = { ...openness.value, open };
  };
  const press = (row: TreeRow): void => {
    if (row.more > 0) {
      const listed = new Map(openness.value.listed);
      listed.set(row.node.start, (listed.get(row.node.start) ?? listedMembers) + listedMembers);
      openness.value = { ...openness.value, listed };
    } else if (holdsMembers(row.node)) setOpen(row.node, !openness.value.open.has(row.node.start));
  };
  const find = (next: number): void => {
    const count = places.length;
    if (count === 0) return;
    place.value = (next + count) % count;
    const found = revealed(root, members, openness.value, places[place.value] ?? 0);
    openness.value = found.openness;
    const index = treeRows(root, members, found.openness).findIndex(
      (row) => row.more === 0 && row.node.start === found.start,
    );
    at.value = index;
    // The rows that it stands among are drawn first.
    requestAnimationFrame(() => view.reveal(index));
  };
  const row = rows[active];
  const onKeyDown = (event: KeyboardEvent): void => {
    if (row === undefined) return;
    const isOpen = row.more === 0 && openness.value.open.has(row.node.start) && row.node.count > 0;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    const mod = event.ctrlKey || event.metaKey;
    if (mod && event.key === "c" && getSelection()?.isCollapsed !== false)
      void copy(valueText(text, row.node), "Value");
    else if (event.shiftKey && event.altKey && event.code === "KeyC") void copy(pathOf(rows, active), "Path");
    else if (mod && event.key === "f") search.current?.focus();
    else if (mod || event.altKey) return;
    else if (event.key === "ArrowDown") move(active + 1);
    else if (event.key === "ArrowUp") move(active - 1);
    else if (event.key === "PageDown") move(active + page);
    else if (event.key === "PageUp") move(active - page);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(rows.length - 1);
    else if (event.key === "ArrowRight") {
      if (isOpen) move(active + 1);
      else if (row.more === 0 && row.node.count > 0) setOpen(row.node, true);
    } else if (event.key === "ArrowLeft") {
      if (isOpen) setOpen(row.node, false);
      else if (row.parent >= 0) move(row.parent);
    } else if (event.key === "Enter" || event.key === " ") press(row);
    else return;
    event.preventDefault();
  };
  return (
    <div class="tree-view">
      <TreeSearch
        field={search}
        query={query.value}
        count={places.length}
        place={place.value}
        onQuery={(words) => {
          query.value = words;
          place.value = -1;
        }}
        onStep={(step) => find(place.value < 0 && step < 0 ? -1 : place.value + step)}
        onLeave={() => scroller.current?.focus()}
      >
        <button
          type="button"
          class="icon-button small"
          aria-label="Expand all"
          title={`Expand all, up to ${formatCount(expandedRows)} rows`}
          onClick={() =>
            (openness.value = { ...openness.value, open: openedAtFirst(root, members, expandedRows) })
          }
        >
          <Icon name="maximize-2" size="small" />
        </button>
        <button
          type="button"
          class="icon-button small"
          aria-label="Collapse all"
          title="Collapse all"
          onClick={() => {
            openness.value = { open: new Set([root.start]), listed: new Map() };
            move(0);
          }}
        >
          <Icon name="minimize-2" size="small" />
        </button>
      </TreeSearch>
      <div
        ref={scroller}
        class="tree-rows"
        role="tree"
        aria-label={label}
        aria-activedescendant={`${id}-${active}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div style={{ height: `${view.before}px` }} />
        {rows.slice(view.first, view.end).map((row, offset) => {
          const index = view.first + offset;
          return (
            <Row
              key={`${row.node.start} ${row.more}`}
              id={`${id}-${index}`}
              row={row}
              text={text}
              siblings={siblingsOf(rows, row)}
              isOpen={openness.value.open.has(row.node.start)}
              isActive={index === active}
              onPress={(isTwisty) => {
                at.value = index;
                if (isTwisty || row.more > 0) press(row);
              }}
              onToggle={() => press(row)}
            />
          );
        })}
        <div style={{ height: `${view.after}px` }} />
      </div>
      {row !== undefined && row.more === 0 && <Chosen text={text} row={row} path={pathOf(rows, active)} />}
    </div>
  );
}

function siblingsOf(rows: readonly TreeRow[], row: TreeRow): number {
  return rows[row.parent]?.node.count ?? 1;
}

interface RowProps {
  readonly id: string;
  readonly row: TreeRow;
  readonly text: string;
  readonly siblings: number;
  readonly isOpen: boolean;
  readonly isActive: boolean;
  readonly onPress: (isTwisty: boolean) => void;
  readonly onToggle: () => void;
}

function Row({ id, row, text, siblings, isOpen, isActive, onPress, onToggle }: RowProps) {
  const { node, name, more } = row;
  const opens = more === 0 && node.count > 0;
  return (
    <div
      id={id}
      class={isActive ? "tree-row active" : "tree-row"}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={isActive}
      aria-expanded={opens ? isOpen : undefined}
      aria-setsize={siblings}
      aria-posinset={row.place}
      style={{ paddingLeft: `${4 + Math.min(row.depth, deepestIndent) * 14}px` }}
      onClick={(event) =>
        onPress(event.target instanceof Element && event.target.closest(".tree-twisty") !== null)
      }
      onDblClick={onToggle}
    >
      <span class="tree-twisty" aria-hidden="true">
        {opens && <Icon name={isOpen ? "chevron-down" : "chevron-right"} size="small" />}
      </span>
      {more > 0 ? (
        <span class="tree-more">{formatCount(more)} more: show the next</span>
      ) : (
        <>
          {name !== null && <span class={typeof name === "number" ? "tree-place" : "json-key"}>{name}</span>}
          {name !== null && <span class="tree-mark">: </span>}
          <Preview text={text} node={node} isOpen={isOpen} />
        </>
      )}
    </div>
  );
}

function Preview({
  text,
  node,
  isOpen,
}: {
  readonly text: string;
  readonly node: JsonNode;
  readonly isOpen: boolean;
}) {
  if (!holdsMembers(node)) {
    const raw = text.slice(node.start, Math.min(node.end, node.start + rowCharacters));
    return <span class={`tree-value json-${node.kind}`}>{raw}</span>;
  }
  const [begin, end] = node.kind === "object" ? ["{", "}"] : ["[", "]"];
  return (
    <span class="tree-mark">
      {isOpen || node.count === 0 ? `${begin}${end}` : `${begin}…${end}`}
      {node.count > 0 && <span class="tree-count"> {formatCount(node.count)}</span>}
    </span>
  );
}

/** What is chosen, whole: its path, and its value when a row does not show it all. */
function Chosen({
  text,
  row,
  path,
}: {
  readonly text: string;
  readonly row: TreeRow;
  readonly path: string;
}) {
  const { node } = row;
  const value = valueText(text, node);
  const isLong = node.kind === "string" && (value.length > 36 || value.includes("\n"));
  return (
    <div class="tree-chosen">
      <div class="tree-path">
        <code title={path}>{path === "" ? "the whole" : path}</code>
        {path !== "" && <CopyButton text={path} label="Copy the path (Shift+Alt+C)" />}
        <CopyButton text={value} label="Copy the value (Ctrl+C)" />
      </div>
      {isLong && (
        <div class="tree-whole">
          <LongText key={node.start} text={value} kind="code" />
        </div>
      )}
    </div>
  );
}
