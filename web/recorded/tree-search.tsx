/** The line above a tree: what is searched for, where one is among what was found, and the tree's own buttons. */
import type { ComponentChildren, RefObject } from "preact";
import { formatCount } from "../shell/format.ts";
import { Icon } from "../shell/icon.tsx";
import { mostFound } from "./tree-rows.ts";

interface SearchProps {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly query: string;
  readonly count: number;
  /** Which of them is shown, from 0; -1 before the first. */
  readonly place: number;
  readonly onQuery: (words: string) => void;
  readonly onStep: (step: 1 | -1) => void;
  readonly onLeave: () => void;
  readonly children: ComponentChildren;
}

export function TreeSearch({ field, query, count, place, onQuery, onStep, onLeave, children }: SearchProps) {
  return (
    <div class="tree-tools">
      <label class="field">
        <Icon name="search" size="small" />
        <input
          ref={field}
          type="text"
          aria-label="Search in keys and values"
          placeholder="Search keys and values"
          spellcheck={false}
          value={query}
          onInput={(event) => onQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
            else if (event.key === "ArrowDown") onLeave();
            else if (event.key === "Escape" && query !== "") onQuery("");
            else return;
            event.preventDefault();
          }}
        />
        {query !== "" && (
          <span class="tree-found" role="status">
            {foundWords(count, place)}
          </span>
        )}
      </label>
      {query !== "" && (
        <>
          <button
            type="button"
            class="icon-button small"
            aria-label="Previous found (Shift+Enter)"
            disabled={count === 0}
            onClick={() => onStep(-1)}
          >
            <Icon name="chevron-up" size="small" />
          </button>
          <button
            type="button"
            class="icon-button small"
            aria-label="Next found (Enter)"
            disabled={count === 0}
            onClick={() => onStep(1)}
          >
            <Icon name="chevron-down" size="small" />
          </button>
        </>
      )}
      {children}
    </div>
  );
}

function foundWords(count: number, place: number): string {
  if (count === 0) return "none";
  const all = count === mostFound ? `${formatCount(count)}+` : formatCount(count);
  return place < 0 ? all : `${place + 1}/${all}`;
}
