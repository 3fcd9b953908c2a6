/** The part of OpenRouter's catalogue that choosing a model needs. */
import * as z from "zod/mini";
import { Instant } from "./ids.ts";

export const Model = z.object({
  id: z.string(),
  name: z.string(),
  contextLength: z.nullable(z.int()),
  /** USD per million tokens as decimal text; null is "not told" (routers say -1). */
  promptUsdPerMillion: z.nullable(z.string()),
  completionUsdPerMillion: z.nullable(z.string()),
});
export type Model = z.infer<typeof Model>;

export const Catalogue = z.object({
  models: z.array(Model),
  /** When it was fetched; an old one is kept and dated when OpenRouter can't be reached. */
  fetchedAt: Instant,
  stale: z.boolean(),
  simulated: z.boolean(),
});
export type Catalogue = z.infer<typeof Catalogue>;
