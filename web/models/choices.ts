/** What the model list offers for a search: the server's choice, the catalogue's models, and what was typed itself. Pure. */
import type { Model } from "../../contract/models.ts";
import { isModelId, matchModels } from "./model-list.ts";

export type Choice = { readonly chosen: boolean } & (
  | { readonly kind: "automatic" }
  | { readonly kind: "model"; readonly id: string; readonly model: Model }
  /** By its id, when the catalogue does not have it. */
  | { readonly kind: "entered"; readonly id: string }
);

/** `chosen` is the session's model, null for the server's choice. */
export function choicesFor(
  models: readonly Model[],
  query: string,
  chosen: string | null,
): readonly Choice[] {
  const typed = query.trim();
  const matches = matchModels(models, typed).map((model): Choice => ({
    kind: "model",
    id: model.id,
    model,
    chosen: model.id === chosen,
  }));
  const known = (id: string): boolean => models.some((model) => model.id === id);
  const automatic: Choice[] = "automatic".startsWith(typed.toLowerCase())
    ? [{ kind: "automatic", chosen: chosen === null }]
    : [];
  const byId = typed === "" ? chosen : typed;
  const entered: Choice[] =
    byId !== null && isModelId(byId) && !known(byId)
      ? [{ kind: "entered", id: byId, chosen: byId === chosen }]
      : [];
  return [...automatic, ...(typed === "" ? entered : []), ...matches, ...(typed === "" ? [] : entered)];
}
