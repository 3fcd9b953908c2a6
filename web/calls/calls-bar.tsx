/** Above the list of calls: the filter's line, the kinds that one looks for first, and what the list shows of each call. */
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { Icon } from "../shell/icon.tsx";
import { Menu, type MenuItem } from "../shell/menu.tsx";
import { useNarrow } from "../shell/use-narrow.ts";
import { useLayout, type Layout } from "../state/layout.ts";
import { columns, isWanted, noChoices, readChoices, writeChoices } from "./call-columns.ts";
import { quickKinds } from "./call-kinds.ts";
import { isLargestFirst, type SortId } from "./call-order.ts";
import { FilterHint } from "./filter-hint.tsx";
import type { CallListing } from "./use-call-listing.ts";

interface BarProps {
  readonly list: CallListing;
  readonly field: { readonly current: HTMLInputElement | null };
  readonly toGrid: () => void;
}

/** A longer filter is nobody's. */
const mostCharacters = 500;

export function CallsBar({ list, field, toGrid }: BarProps) {
  const id = useId();
  const { text, filter, listing, quick } = list;
  const narrow = useNarrow();
  const { problems } = filter.value;
  const { kinds } = listing.value;
  return (
    <>
      <div class="calls-bar">
        <div class="field calls-filter">
          <Icon name="filter" />
          <input
            ref={field}
            type="search"
            placeholder={narrow ? "Filter" : "Filter the calls"}
            aria-label="Filter the calls"
            aria-describedby={`${id}-problems`}
            aria-invalid={problems.length > 0}
            autocomplete="off"
            spellcheck={false}
            maxLength={mostCharacters}
            value={text.value}
            onInput={(event) => (text.value = event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape" && text.value !== "") text.value = "";
              else if (["Escape", "ArrowDown", "Enter"].includes(event.key)) toGrid();
              else return;
              event.preventDefault();
              event.stopPropagation();
            }}
          />
          {!narrow && text.value === "" && <kbd>/</kbd>}
          <FilterHint
            add={(term) => {
              text.value = `${text.value.trim()} ${term}`.trim();
              field.current?.focus();
            }}
          />
        </div>
        <div class="calls-kinds" role="group" aria-label="Kinds of calls">
          {quickKinds.map(({ kind, label, says }) => (
            <button
              key={kind}
              type="button"
              class="calls-kind"
              aria-pressed={quick.value === kind}
              title={says}
              onClick={() => (quick.value = kind)}
            >
              {label} <span class="calls-kind-count">{kinds[kind]}</span>
            </button>
          ))}
        </div>
        <span class="spacer" />
        {narrow ? <OrderButton list={list} /> : <ColumnsButton />}
      </div>
      <div id={`${id}-problems`} role="status" class="calls-problems">
        {problems.map((problem) => (
          <p key={problem} class="says bad">
            {problem}
          </p>
        ))}
      </div>
    </>
  );
}

function ColumnsButton() {
  const layout = useLayout();
  return <MenuButton label="Columns" icon="columns" items={() => columnItems(layout)} />;
}

function columnItems({ callColumns }: Layout): readonly (MenuItem | "rule")[] {
  const choices = readChoices(callColumns.value);
  const toggles = columns
    .filter(({ id }) => id !== "number" && id !== "model")
    .map((column): MenuItem => {
      const checked = isWanted(column, choices);
      const run = (): void => {
        const shown = { ...choices.shown, [column.id]: !checked };
        callColumns.value = writeChoices({ ...choices, shown });
      };
      return { label: column.says, checked, run };
    });
  const usual = { label: "The usual columns and widths", icon: "rotate-ccw" } as const;
  return [...toggles, "rule", { ...usual, run: () => (callColumns.value = writeChoices(noChoices)) }];
}

/** Cards on a phone have no heads to press. */
function OrderButton({ list: { order } }: { readonly list: CallListing }) {
  const items = (): readonly MenuItem[] => [
    { label: "In order of arrival", chosen: order.value === null, run: () => (order.value = null) },
    ...columns
      .filter(({ id, usually }) => usually && id !== "time" && id !== "number")
      .map(({ id, says }): MenuItem => {
        const by = id as SortId;
        const way = isLargestFirst(by) ? "descending" : "ascending";
        const label = way === "descending" ? `${says}, largest first` : says;
        return { label, chosen: order.value?.by === by, run: () => (order.value = { by, way }) };
      }),
  ];
  return <MenuButton label="Order" icon="sliders" items={items} />;
}

function MenuButton({
  label,
  icon,
  items,
}: {
  readonly label: string;
  readonly icon: "columns" | "sliders";
  readonly items: () => readonly (MenuItem | "rule")[];
}) {
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        class="icon-button small"
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open.value}
        onClick={() => (open.value = true)}
      >
        <Icon name={icon} />
      </button>
      <Menu
        open={open.value}
        onClose={() => (open.value = false)}
        label={label}
        anchor={button.current}
        items={open.value ? items() : []}
      />
    </>
  );
}
