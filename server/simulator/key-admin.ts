/** `/keys` for management keys: list, make, read, change, delete. */
import * as z from "zod/mini";
import {
  badRequest,
  json,
  notFound,
  refuse,
  type Exchange,
  type Reply,
  type Surface,
  type World,
} from "./exchange.ts";
import { keyWire, type KeyRow } from "./keys.ts";
import { parseUsd, type PicoUsd } from "./prices.ts";
import { readBody } from "./request-parts.ts";

const name = z.string().check(z.minLength(1), z.maxLength(200));
const limit = z.nullish(z.number().check(z.gte(0), z.lte(1_000_000)));
const reset = z.nullish(z.enum(["daily", "weekly", "monthly"]));

const Wish = z.looseObject({
  name,
  limit,
  limit_reset: reset,
  expires_at: z.nullish(z.string()),
});

const Change = z.looseObject({
  name: z.optional(name),
  disabled: z.optional(z.boolean()),
  limit,
  limit_reset: reset,
});

/** A cap as a request gives it, to the sixth decimal. */
export const capOf = (usd: number | null | undefined): PicoUsd | null =>
  usd === null || usd === undefined ? null : parseUsd(usd.toFixed(6));

function make(world: World, exchange: Exchange): Reply {
  const read = readBody(Wish, exchange.json);
  if (!read.ok) return refuse(read.error);
  const wish = read.value;
  const expiresAt = wish.expires_at ? Date.parse(wish.expires_at) : null;
  if (Number.isNaN(expiresAt)) return refuse(badRequest("expires_at: expected an ISO 8601 time in UTC"));
  const row = world.keys.make({
    name: wish.name,
    limit: capOf(wish.limit),
    limitReset: wish.limit_reset ?? null,
    expiresAt,
  });
  if (!row) return refuse(badRequest("The account has too many keys; delete one first"));
  return json({ key: row.key, data: keyWire(row, world.clock.now()) }, 201);
}

function withKey(world: World, exchange: Exchange, answer: (row: KeyRow) => Reply): Reply {
  const row = world.keys.managed().find((known) => known.hash === exchange.parts["hash"]);
  return row ? answer(row) : refuse(notFound("API key not found"));
}

function change(world: World, exchange: Exchange): Reply {
  const read = readBody(Change, exchange.json);
  if (!read.ok) return refuse(read.error);
  const wish = read.value;
  return withKey(world, exchange, (row) => {
    row.name = wish.name ?? row.name;
    if (wish.disabled !== undefined) row.state = wish.disabled ? "disabled" : "ok";
    if (wish.limit !== undefined) row.limit = capOf(wish.limit);
    if (wish.limit_reset !== undefined) row.limitReset = wish.limit_reset;
    row.updatedAt = world.clock.now();
    return json({ data: keyWire(row, world.clock.now()) });
  });
}

function list(world: World, exchange: Exchange): Reply {
  const all = exchange.query.get("include_disabled") === "true";
  const offset = Math.max(0, Number(exchange.query.get("offset") ?? 0) || 0);
  const rows = world.keys.managed().filter((row) => all || row.state !== "disabled");
  return json({ data: rows.slice(offset, offset + 100).map((row) => keyWire(row, world.clock.now())) });
}

export const keyAdminSurfaces: readonly Surface[] = [
  { method: "GET", path: "/api/v1/keys", access: "management", answer: list },
  { method: "POST", path: "/api/v1/keys", access: "management", takesJson: true, answer: make },
  {
    method: "GET",
    path: "/api/v1/keys/:hash",
    access: "management",
    answer: (world, exchange) =>
      withKey(world, exchange, (row) => json({ data: keyWire(row, world.clock.now()) })),
  },
  { method: "PATCH", path: "/api/v1/keys/:hash", access: "management", takesJson: true, answer: change },
  {
    method: "DELETE",
    path: "/api/v1/keys/:hash",
    access: "management",
    answer: (world, exchange) =>
      withKey(world, exchange, (row) => {
        world.keys.remove(row);
        return json({ deleted: true });
      }),
  },
];
