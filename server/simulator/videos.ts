/** `/videos`: a film is ordered, asked about until it is done, and fetched; its bytes are the beginning of an empty MP4. */
import * as z from "zod/mini";
import { drawAlphanumeric } from "./chance.ts";
import {
  json,
  notFound,
  refuse,
  type Exchange,
  type Film,
  type Reply,
  type Surface,
  type World,
} from "./exchange.ts";
import { callerOf } from "./inference.ts";
import { choose, settle } from "./one-shot.ts";
import { readBody } from "./request-parts.ts";
import { countTokens } from "./tokens.ts";

const Body = z.looseObject({
  model: z.string(),
  prompt: z.nullish(z.string()),
  duration: z.nullish(z.number().check(z.gte(1), z.lte(60))),
});

const kept = 1_000;
/** From the order to the film, in delays of `/generation`: long enough to be asked about once or twice. */
const delays = 4;

function order(world: World, exchange: Exchange): Reply {
  const read = readBody(Body, exchange.json);
  if (!read.ok) return refuse(read.error);
  const chosen = choose(read.value.model, "video");
  if (!chosen.ok) return refuse(chosen.error);
  const tokens = countTokens(read.value.prompt ?? "");
  const cost = settle(world, exchange, chosen.value, { tokens, apiType: "video" });
  const id = `video-${drawAlphanumeric(20, exchange.id)}`;
  const doneAt = world.clock.now() + delays * world.pace.generationDelayMs;
  world.films.set(id, { keyHash: callerOf(exchange).hash, doneAt, cost });
  const [oldest] = world.films.keys();
  if (world.films.size > kept && oldest !== undefined) world.films.delete(oldest);
  return json({ id, polling_url: pollingUrl(id), status: "pending", generation_id: exchange.id }, 202);
}

const pollingUrl = (id: string): string => `https://openrouter.ai/api/v1/videos/${id}`;

/** Another account's is not there. */
function filmOf(world: World, exchange: Exchange): Film | null {
  const film = world.films.get(exchange.parts["id"] ?? "");
  return film?.keyHash === callerOf(exchange).hash ? film : null;
}

function ask(world: World, exchange: Exchange): Reply {
  const film = filmOf(world, exchange);
  if (film === null) return refuse(notFound("Video job not found"));
  const id = exchange.parts["id"] ?? "";
  const facts = { id, polling_url: pollingUrl(id) };
  if (world.clock.now() < film.doneAt) return json({ ...facts, status: "in_progress" });
  const url = `${pollingUrl(id)}/content?index=0`;
  return json({ ...facts, status: "completed", unsigned_urls: [url], usage: { cost: film.cost } });
}

function content(world: World, exchange: Exchange): Reply {
  const film = filmOf(world, exchange);
  const index = exchange.query.get("index") ?? "0";
  if (film === null || index !== "0" || world.clock.now() < film.doneAt)
    return refuse(notFound("Video content not found"));
  return { kind: "bytes", type: "video/mp4", bytes: emptyMp4 };
}

/** One box that says what the file is. */
const emptyMp4 = Buffer.concat([Buffer.from([0, 0, 0, 20]), Buffer.from("ftypisom\0\0\x02\0isom", "latin1")]);

export const videoSurfaces: readonly Surface[] = [
  { method: "POST", path: "/api/v1/videos", access: "inference", takesJson: true, answer: order },
  { method: "GET", path: "/api/v1/videos/:id", access: "key", answer: ask },
  { method: "GET", path: "/api/v1/videos/:id/content", access: "key", answer: content },
];
