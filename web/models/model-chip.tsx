/** The model that programs get as OPENROUTER_MODEL, with its price; opens the catalogue. */
import "./model-chip.css";
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { useApi } from "../api/api-context.ts";
import { Dialog } from "../shell/dialog.tsx";
import { Icon } from "../shell/icon.tsx";
import { useApp } from "../state/app-state.ts";
import { priceWords } from "./model-list.ts";
import { ModelPicker } from "./model-picker.tsx";
import { useCatalogue } from "./use-catalogue.ts";

export function ModelChip() {
  const app = useApp();
  const api = useApi();
  const chip = useRef<HTMLButtonElement>(null);
  const open = useSignal(false);
  const state = useCatalogue();
  const session = app.session.value;
  const id = session?.effectiveModel ?? null;
  const model = state.catalogue?.models.find((model) => model.id === id);
  const missing = id !== null && state.catalogue !== null && model === undefined;

  const choose = async (model: string | null): Promise<boolean> => {
    const answer = await api.setModel({ body: { model } });
    if (answer.ok) app.session.value = answer.value;
    else app.explain(answer.error);
    return answer.ok;
  };
  const slash = id?.indexOf("/") ?? -1;
  return (
    <>
      <button
        ref={chip}
        type="button"
        class="chip model-chip"
        aria-haspopup="dialog"
        aria-expanded={open.value}
        aria-label={id === null ? "Choose a model" : `Model ${id}`}
        title={missing ? `${id} is not in the catalogue` : (model?.name ?? "Model for OPENROUTER_MODEL")}
        onClick={() => {
          open.value = true;
          if (state.catalogue === null || state.catalogue.stale) state.load();
        }}
      >
        <i class={missing ? "led warn" : id === null ? "led" : "led ok"} />
        <span class="model-id">
          {id === null ? (
            session === null ? (
              "…"
            ) : (
              "Choose a model"
            )
          ) : (
            <>
              <span class="model-author">{id.slice(0, slash + 1)}</span>
              {id.slice(slash + 1)}
            </>
          )}
        </span>
        {model !== undefined && <em title="USD for a million tokens in / out">{priceWords(model)}</em>}
        {missing && <em>not in the catalogue</em>}
        <Icon name="chevron-down" size="small" />
      </button>
      <Dialog
        open={open.value}
        onClose={() => (open.value = false)}
        label="Model"
        anchor={chip.current}
        class="model-dialog"
      >
        <ModelPicker state={state} choose={choose} onClose={() => (open.value = false)} />
      </Dialog>
    </>
  );
}
