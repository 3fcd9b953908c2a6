/** `/batches`: taken as OpenRouter takes them, under both addresses, and then said to have failed: nothing here runs for a day. */
import * as z from "zod/mini";
import { drawAlphanumeric } from "./chance.ts";
import { badRequest, json, notFound, refuse, type Exchange, type Reply, type Surface } from "./exchange.ts";
import { readBody } from "./request-parts.ts";

const Body = z.looseObject({
  endpoint: z.string(),
  model: z.string(),
  requests: z
    .array(z.looseObject({ custom_id: z.string(), body: z.looseObject({}) }))
    .check(z.minLength(1), z.maxLength(50_000)),
});

const facts = (id: string, total: number, failed: number): Record<string, unknown> => ({
  id,
  object: "batch",
  completion_window: "24h",
  request_counts: { total, completed: 0, failed },
  usage: null,
  results: null,
});

function order(exchange: Exchange): Reply {
  const read = readBody(Body, exchange.json);
  if (!read.ok) return refuse(read.error);
  // It is read as it comes, so what holds for all requests must stand before them.
  const names = Object.keys(exchange.json as object);
  if (Math.max(names.indexOf("endpoint"), names.indexOf("model")) > names.indexOf("requests"))
    return refuse(badRequest("endpoint and model must precede requests"));
  const total = read.value.requests.length;
  const id = `batch-${total}-${drawAlphanumeric(20, exchange.id)}`;
  return json({ ...facts(id, total, 0), status: "validating", error: null }, 202);
}

function ask(exchange: Exchange): Reply {
  const id = exchange.parts["id"] ?? "";
  const total = Number(/^batch-(\d{1,5})-\w{20}$/.exec(id)?.[1] ?? 0);
  if (total === 0) return refuse(notFound("Batch not found"));
  const error = { code: 500, message: "The simulator runs no batches." };
  return json({ ...facts(id, total, total), status: "failed", error });
}

export const batchSurfaces: readonly Surface[] = ["v1", "beta"].flatMap((version): Surface[] => [
  {
    method: "POST",
    path: `/api/${version}/batches`,
    access: "inference",
    takesJson: true,
    answer: (_, exchange) => order(exchange),
  },
  {
    method: "GET",
    path: `/api/${version}/batches/:id`,
    access: "key",
    answer: (_, exchange) => ask(exchange),
  },
]);
