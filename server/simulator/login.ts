/** The PKCE login: a page that approves, and the swap of its code for a key. */
import * as z from "zod/mini";
import { badRequest, json, refuse, type Exchange, type Reply, type Surface, type World } from "./exchange.ts";
import { capOf } from "./key-admin.ts";
import type { CodeWish } from "./login-codes.ts";
import { readBody } from "./request-parts.ts";

const method = z.nullish(z.enum(["S256", "plain"]));

const CodeBody = z.looseObject({
  callback_url: z.string(),
  code_challenge: z.nullish(z.string().check(z.maxLength(200))),
  code_challenge_method: method,
  limit: z.nullish(z.number().check(z.gte(0), z.lte(1_000_000))),
  key_label: z.nullish(z.string().check(z.maxLength(100))),
});

const SwapBody = z.looseObject({
  code: z.string(),
  code_verifier: z.nullish(z.string()),
  code_challenge_method: z.nullish(z.string()),
});

/** https anywhere, http on this machine only, as OpenRouter has it. */
function isCallback(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  return (
    url.protocol === "https:" ||
    (url.protocol === "http:" && ["localhost", "127.0.0.1"].includes(url.hostname))
  );
}

const wishOf = (body: z.infer<typeof CodeBody>): CodeWish => ({
  challenge: body.code_challenge ?? null,
  method: body.code_challenge ? (body.code_challenge_method ?? "plain") : null,
  limit: capOf(body.limit),
  label: body.key_label ?? "simulated login",
});

function makeCode(world: World, exchange: Exchange): Reply {
  const read = readBody(CodeBody, exchange.json);
  if (!read.ok) return refuse(read.error);
  if (!isCallback(read.value.callback_url))
    return refuse(badRequest("callback_url: expected an https or localhost URL"));
  const code = world.loginCodes.make(wishOf(read.value));
  return json({ data: { id: code, app_id: 0, created_at: new Date(world.clock.now()).toISOString() } });
}

function swap(world: World, exchange: Exchange): Reply {
  const read = readBody(SwapBody, exchange.json);
  if (!read.ok) return refuse(read.error);
  const { code, code_verifier: verifier, code_challenge_method: how } = read.value;
  if (how && how !== "S256" && how !== "plain") return refuse(badRequest("Invalid code_challenge_method"));
  const wish = world.loginCodes.redeem(code, verifier ?? null, how ?? null);
  if ("status" in wish) return refuse(wish);
  const row = world.keys.make({ name: wish.label, limit: wish.limit, limitReset: null, expiresAt: null });
  return row
    ? json({ key: row.key, user_id: `user_simulated_${row.hash.slice(0, 12)}` })
    : refuse(badRequest("The account has too many keys; delete one first"));
}

/** Where a person would sign in and approve; here one link does. */
function page(world: World, exchange: Exchange): Reply {
  const { query } = exchange;
  const callback = query.get("callback_url") ?? "";
  const how = query.get("code_challenge_method") ?? undefined;
  const read = readBody(CodeBody, {
    callback_url: callback,
    code_challenge: query.get("code_challenge"),
    code_challenge_method: how,
    limit: query.has("limit") ? Number(query.get("limit")) : undefined,
    key_label: query.get("key_label"),
  });
  if (!read.ok || !isCallback(callback))
    return refuse(read.ok ? badRequest("Invalid callback_url") : read.error);
  const target = new URL(callback);
  target.searchParams.set("code", world.loginCodes.make(wishOf(read.value)));
  const link = target.href.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return {
    kind: "text",
    status: 200,
    type: "text/html; charset=utf-8",
    headers: { "content-security-policy": "default-src 'none'", "referrer-policy": "no-referrer" },
    text: `<!doctype html><title>Simulated OpenRouter</title><h1>Simulated login</h1><p>No account is asked and no money can be spent.</p><p><a id="approve" href="${link}">Approve</a></p>\n`,
  };
}

export const loginSurfaces: readonly Surface[] = [
  { method: "GET", path: "/auth", access: "anyone", answer: page },
  { method: "POST", path: "/api/v1/auth/keys", access: "anyone", takesJson: true, answer: swap },
  { method: "POST", path: "/api/v1/auth/keys/code", access: "key", takesJson: true, answer: makeCode },
];
