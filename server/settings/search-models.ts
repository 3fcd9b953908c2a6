/** Finds models by words. Pure. */
import type { Model } from "../../contract/models.ts";

/** Those whose id or name holds every word of `search`, ignoring case, in the catalogue's order; all for an empty one. */
export function searchModels(models: readonly Model[], search: string): Model[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => {
    const text = `${model.id} ${model.name}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
