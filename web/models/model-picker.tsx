/** The catalogue as a list to search and choose from, by keyboard or pointer. */
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { limits } from "../../contract/limits.ts";
import type { Catalogue } from "../../contract/models.ts";
import { useRowWindow } from "../calls/row-window.ts";
import { formatAgo } from "../shell/format.ts";
import { Icon } from "../shell/icon.tsx";
import { useApp } from "../state/app-state.ts";
import { choicesFor, type Choice } from "./choices.ts";
import { contextWords, isFree, priceWords } from "./model-list.ts";
import type { CatalogueState } from "./use-catalogue.ts";

interface PickerProps {
  readonly state: CatalogueState;
  /** Null is the server's own choice. False when it was refused; the reason has been shown. */
  readonly choose: (model: string | null) => Promise<boolean>;
  readonly onClose: () => void;
}

/** Also in model-chip.css. */
const rowHeight = 44;

export function ModelPicker({ state, choose, onClose }: PickerProps) {
  const app = useApp();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const query = useSignal("");
  const at = useSignal(0);
  const busy = useSignal(false);
  const session = app.session.value;
  const choices = choicesFor(state.catalogue?.models ?? [], query.value, session?.model ?? null);
  const active = Math.min(at.value, choices.length - 1);
  const rows = useRowWindow(list, choices.length, rowHeight);
  // Opens on what is chosen, once the catalogue is there.
  const chosen = choices.findIndex((choice) => choice.chosen);
  const loaded = state.catalogue !== null;
  useEffect(() => {
    if (query.peek() !== "") return;
    at.value = Math.max(0, chosen);
    rows.reveal(Math.max(0, chosen));
  }, [loaded]);

  const move = (index: number): void => {
    at.value = Math.max(0, Math.min(index, choices.length - 1));
    rows.reveal(at.value);
  };
  const take = async (choice: Choice | undefined): Promise<void> => {
    if (choice === undefined || busy.value) return;
    busy.value = true;
    const taken = await choose(choice.kind === "automatic" ? null : choice.id);
    busy.value = false;
    if (taken) onClose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = 8;
    if (event.key === "ArrowDown") move((active + 1) % choices.length);
    else if (event.key === "ArrowUp") move((active - 1 + choices.length) % choices.length);
    else if (event.key === "PageDown") move(active + page);
    else if (event.key === "PageUp") move(active - page);
    else if (event.key === "Enter") void take(choices[active]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <label class="field model-search">
        <Icon name="search" />
        <input
          // The dialog gives it the focus as it opens, before the next key can come.
          autoFocus
          role="combobox"
          aria-label="Search models"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          {...(choices.length > 0 ? { "aria-activedescendant": `${id}-${active}` } : {})}
          placeholder="Search by name or id"
          autocomplete="off"
          spellcheck={false}
          maxLength={limits.modelIdLength}
          value={query.value}
          onInput={(event) => {
            query.value = event.currentTarget.value;
            at.value = 0;
            if (list.current !== null) list.current.scrollTop = 0;
          }}
          onKeyDown={onKeyDown}
        />
      </label>
      <div
        ref={list}
        id={`${id}-list`}
        class="model-list"
        role="listbox"
        aria-label="Models"
        aria-busy={state.loading}
      >
        <div style={{ height: `${rows.before}px` }} />
        {choices.slice(rows.first, rows.end).map((choice, offset) => {
          const index = rows.first + offset;
          return (
            <div
              key={choice.kind === "automatic" ? "" : choice.id}
              id={`${id}-${index}`}
              class={index === active ? "model-row active" : "model-row"}
              role="option"
              aria-selected={choice.chosen}
              aria-setsize={choices.length}
              aria-posinset={index + 1}
              onPointerMove={() => (at.value = index)}
              onClick={() => void take(choice)}
            >
              <ChoiceWords choice={choice} effective={session?.effectiveModel ?? null} />
            </div>
          );
        })}
        <div style={{ height: `${rows.after}px` }} />
        {choices.length === 0 && !state.loading && state.failure === null && (
          <p class="empty">
            <strong>No model matches</strong>
            To use one that is not in the catalogue, write its whole id: author/model.
          </p>
        )}
      </div>
      <PickerFoot state={state} count={choices.length} />
    </>
  );
}

function ChoiceWords({ choice, effective }: { readonly choice: Choice; readonly effective: string | null }) {
  const mark = choice.chosen && <Icon name="check" label="chosen" />;
  if (choice.kind === "automatic") {
    return (
      <>
        <span class="model-name">Automatic</span>
        <span class="model-detail">
          {choice.chosen && effective !== null
            ? `The server's choice: ${effective}`
            : "The server's choice from the catalogue"}
        </span>
        {mark}
      </>
    );
  }
  if (choice.kind === "entered") {
    return (
      <>
        <span class="model-name">Use “{choice.id}”</span>
        <span class="model-detail">Not in the catalogue; OpenRouter may refuse it</span>
        {mark}
      </>
    );
  }
  const { model } = choice;
  const context = contextWords(model.contextLength);
  return (
    <>
      <span class="model-name">{model.name}</span>
      <span class="model-detail mono">{model.id}</span>
      <span class="model-figures">
        {isFree(model) ? <span class="pill ok">free</span> : <span>{priceWords(model)}</span>}
        <small>{context === "" ? "" : `${context} context`}</small>
      </span>
      {mark}
    </>
  );
}

function PickerFoot({ state, count }: { readonly state: CatalogueState; readonly count: number }) {
  const { catalogue, failure, loading } = state;
  return (
    <footer class="model-foot" aria-live="polite">
      {failure === null ? (
        <span>{catalogue === null ? "Loading the catalogue…" : catalogueWords(catalogue)}</span>
      ) : (
        <span class="says bad">
          {failure.says} {catalogue === null ? failure.hint : "The list is the one from before."}
        </span>
      )}
      {failure !== null && (
        <button type="button" class="btn btn-sm" disabled={loading} onClick={state.load}>
          <Icon name="refresh-cw" size="small" />
          {loading ? "Trying…" : "Try again"}
        </button>
      )}
      {failure === null && catalogue !== null && <span class="visually-hidden">{count} in the list</span>}
    </footer>
  );
}

function catalogueWords(catalogue: Catalogue): string {
  const count = `${catalogue.models.length} models`;
  if (catalogue.simulated) return `${count} of the simulator · USD per million tokens in / out, not charged`;
  if (catalogue.stale) {
    return `${count} as of ${formatAgo(catalogue.fetchedAt, Date.now())} ago: OpenRouter can't be reached now`;
  }
  return `${count} · USD per million tokens in / out`;
}
