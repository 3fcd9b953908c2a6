/** Who may use which surface: checks the key, reads the JSON, and hands on an exchange or a refusal. */
import { done, refused, type Result } from "../../contract/failures.ts";
import {
  badRequest,
  notFound,
  refuse,
  type Exchange,
  type Reply,
  type Surface,
  type World,
} from "./exchange.ts";
import { isRow, refusalToInfer, type KeyRow } from "./keys.ts";
import type { Found } from "./surface-table.ts";
import type { ApiError } from "./errors.ts";
import type { RawRequest } from "./wire.ts";

export function admit(
  world: World,
  raw: RawRequest,
  found: Found,
  url: URL,
  id: string,
): Result<{ surface: Surface; exchange: Exchange }, Reply> {
  if (raw.tooLarge) return refused(refuse(tooLarge));
  if (found.kind === "unknown") return refused(refuse(notFound("Not Found")));
  if (found.kind === "wrong-method") {
    const error: ApiError = { status: 405, message: "Method Not Allowed", errorType: null };
    return refused({ kind: "refusal", error, headers: { Allow: found.allow.join(", ") } });
  }
  const { surface } = found;
  const caller = callerFor(world, raw, surface);
  if (!caller.ok) return refused(refuse(caller.error));
  const body = surface.takesJson ? readJson(raw) : done(undefined);
  if (!body.ok) return refused(refuse(body.error));
  return done({
    surface,
    exchange: {
      method: raw.method,
      path: url.pathname,
      query: url.searchParams,
      parts: found.parts,
      header: raw.header,
      body: raw.body,
      json: body.value,
      caller: caller.value,
      id,
    },
  });
}

function callerFor(world: World, raw: RawRequest, surface: Surface): Result<KeyRow | null, ApiError> {
  if (surface.access === "anyone") return done(null);
  const found = world.keys.identify(raw.header("authorization"), raw.header("x-api-key"));
  if (!isRow(found)) return refused(found);
  if (surface.access === "management" && found.state !== "management") {
    return refused({
      status: 403,
      message: "Only management keys can perform this operation",
      errorType: "permission_denied",
    });
  }
  const refusal = surface.access === "inference" ? refusalToInfer(found, world.clock.now()) : null;
  return refusal ? refused(refusal) : done(found);
}

const tooLarge: ApiError = {
  status: 413,
  message: "Request body is too large",
  errorType: "payload_too_large",
};

function readJson(raw: RawRequest): Result<unknown, ApiError> {
  try {
    return done(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw.body)) as unknown);
  } catch {
    return refused(badRequest("Invalid JSON body"));
  }
}
