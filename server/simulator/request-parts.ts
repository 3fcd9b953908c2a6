/** Schemas of what several request shapes share, and how their faults are worded. Unknown fields are let through. */
import * as z from "zod/mini";
import { badRequest } from "./exchange.ts";
import type { ApiError } from "./errors.ts";
import { openRouting, type Routing } from "./ask.ts";
import type { Result } from "../../contract/failures.ts";
import { done, refused } from "../../contract/failures.ts";

const price = z.union([z.number(), z.string()]);
const slugs = z.nullish(z.array(z.string()));

export const RoutingFields = {
  model: z.nullish(z.string()),
  models: z.nullish(z.array(z.string())),
  stream: z.nullish(z.boolean()),
  session_id: z.nullish(z.string().check(z.maxLength(256))),
  provider: z.nullish(
    z.looseObject({
      order: slugs,
      only: slugs,
      ignore: slugs,
      allow_fallbacks: z.nullish(z.boolean()),
      require_parameters: z.nullish(z.boolean()),
      max_price: z.nullish(z.looseObject({ prompt: z.nullish(price), completion: z.nullish(price) })),
    }),
  ),
  plugins: z.nullish(z.array(z.looseObject({ id: z.string(), enabled: z.nullish(z.boolean()) }))),
  temperature: z.nullish(z.number().check(z.gte(0), z.lte(2))),
  top_p: z.nullish(z.number().check(z.gte(0), z.lte(1))),
};

const RoutingPart = z.looseObject(RoutingFields);
type RoutingPart = z.infer<typeof RoutingPart>;

export function routingOf(body: RoutingPart): Routing {
  const provider = body.provider;
  if (!provider) return openRouting;
  const limit = (value: unknown): number | null =>
    value === undefined || value === null || Number.isNaN(Number(value)) ? null : Number(value);
  return {
    order: provider.order ?? [],
    only: provider.only ?? [],
    ignore: provider.ignore ?? [],
    allowFallbacks: provider.allow_fallbacks ?? true,
    maxPromptPrice: limit(provider.max_price?.prompt),
    maxCompletionPrice: limit(provider.max_price?.completion),
    requireParameters: provider.require_parameters ?? false,
  };
}

/** Whether a plugin is asked for. */
export const hasPlugin = (body: RoutingPart, id: string): boolean =>
  (body.plugins ?? []).some((plugin) => plugin.id === id && plugin.enabled !== false);

export const Part = z.looseObject({ type: z.string(), text: z.nullish(z.string()) });
export const Content = z.nullish(z.union([z.string(), z.array(Part)]));

/** The text of a message's content, and how many parts are no text. */
export function readContent(content: z.infer<typeof Content>): { text: string; media: number } {
  if (content === undefined || content === null) return { text: "", media: 0 };
  if (typeof content === "string") return { text: content, media: 0 };
  const texts = content.flatMap((part) => (typeof part.text === "string" ? [part.text] : []));
  return { text: texts.join("\n"), media: content.length - texts.length };
}

/** The body by its schema, or a 400 that names the first field at fault. */
export function readBody<S extends z.ZodMiniType>(schema: S, body: unknown): Result<z.infer<S>, ApiError> {
  const read = schema.safeParse(body);
  if (read.success) return done(read.data);
  const [first] = read.error.issues;
  const place = first?.path.join(".") ?? "";
  return refused(badRequest(`${place === "" ? "body" : place}: ${first?.message ?? "Invalid input"}`));
}
