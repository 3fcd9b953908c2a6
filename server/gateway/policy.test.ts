/** The gateway's policy as a table: what passes with the key, what without, and what is refused with which status. */
import { expect, test } from "vitest";
import { judge, maxHeaders } from "./policy.ts";

const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;
const bearer = ["Authorization", `Bearer ${key}`];

function decide(request: string, headers: readonly string[] = bearer): string {
  const [method = "", target = ""] = request.split(" ");
  const verdict = judge({ method, target, rawHeaders: ["Host", "openrouter.ai", ...headers] });
  if (!verdict.allowed) return String(verdict.status);
  return [verdict.withKey ? "key" : "no key", ...(verdict.costs ? ["costs"] : [])].join(", ");
}

const table: Readonly<Record<string, readonly string[]>> = {
  "key, costs": [
    "POST /api/v1/chat/completions",
    "POST /api/v1/chat/completions?x=/../..//%2f",
    "POST /api/v1/completions",
    "POST /api/v1/responses",
    "POST /api/v1/messages",
    "POST /api/v1/embeddings",
    "POST /api/v1/rerank",
    "POST /api/v1/images",
    "POST /api/v1/videos",
    "POST /api/v1/audio/speech",
    "POST /api/v1/audio/transcriptions",
    "POST /api/beta/batches",
  ],
  key: [
    "GET /api/v1/key",
    "HEAD /api/v1/key",
    "GET /api/v1/auth/key",
    "GET /api/v1/credits",
    "GET /api/v1/generation?id=gen-1",
    "GET /api/v1/generation/content?id=gen-1",
    "GET /api/v1/models",
    "GET /api/v1/models/user",
    "GET /api/v1/model/openai/gpt-4.1-mini",
    "GET /api/v1/models/deepseek/deepseek-r1:free/endpoints",
    "GET /api/v1/models/deepseek/deepseek-r1%3Afree/endpoints",
    "GET /api/v1/videos/job-1/content?index=0",
    "GET /api/v1/providers",
    "GET /api/v1/files",
    "POST /api/v1/files",
    "GET /api/v1/files/file-1/content",
    "DELETE /api/v1/files/file-1",
  ],
  "no key": [
    "POST /api/v1/auth/keys",
    "POST /api/v1/oauth/token",
    "OPTIONS /api/v1/chat/completions",
    "OPTIONS /api/v1/models",
  ],
  "400": [
    "POST https://openrouter.ai/api/v1/chat/completions",
    "OPTIONS *",
    "GET openrouter.ai:443",
    "GET /api/v1//key",
    "GET /api/v1/./key",
    "GET /api/v1/../v1/key",
    "GET /api/v1/key/..",
    "GET /api/v1/models/%2e%2e/key",
    "GET /api/v1/models%2Fuser",
    "GET /api/v1/models%5Cuser",
    "GET /api/v1/k%65y%00",
    "GET /api/v1/%252e",
    "GET /api/v1/key%",
    "GET /api/v1\\key",
    "GET /api/v1/key#a",
    "GET /api/v1/k\u00e9y",
  ],
  "403": [
    "GET /",
    "GET /api/v1",
    "GET /api/v1/keys",
    "POST /api/v1/keys",
    "DELETE /api/v1/keys/abc",
    "POST /api/v1/auth/keys/code",
    "GET /api/v1/activity",
    "GET /api/v1/guardrails",
    "POST /api/v1/presets/a/chat/completions",
    "GET /api/v1/workspaces",
    "POST /api/v1/generation/feedback",
    "POST /api/v1/credits/coinbase",
    "POST /API/v1/chat/completions",
    "POST /api/v1/chat/completions/",
    "POST /api/v1/chat/completions;x",
    "GET /api/v1/k%65y",
    "GET /api/v1/models/a/b/c/endpoints",
    "OPTIONS /api/v1/keys",
  ],
  "405": [
    "GET /api/v1/chat/completions",
    "POST /api/v1/models",
    "DELETE /api/v1/key",
    "PUT /api/v1/messages",
  ],
};

test.each(
  Object.entries(table).flatMap(([verdict, requests]) => requests.map((request) => [request, verdict])),
)("%s: %s", (request, verdict) => expect(decide(request)).toBe(verdict));

test("the catalogue and preflights need no key; everything else says what is missing", () => {
  expect(decide("GET /api/v1/models", [])).toBe("no key");
  expect(decide("GET /api/v1/models", ["Authorization", "Bearer nonsense"])).toBe("no key");
  expect(decide("GET /api/v1/models/user", [])).toBe("401");
  expect(decide("POST /api/v1/chat/completions", [])).toBe("401");
});

test("a credential counts by its shape alone, as bearer or x-api-key", () => {
  const good = [
    bearer,
    ["authorization", `bearer  ${key}`],
    ["X-Api-Key", key],
    [...bearer, "x-api-key", "other"],
  ];
  for (const headers of good) expect(decide("GET /api/v1/key", headers)).toBe("key");
  const bad = [
    ["Authorization", key],
    ["Authorization", "Bearer"],
    ["Authorization", `Bearer ${key}0`],
    ["X-Api-Key", ""],
  ];
  for (const headers of bad) expect(decide("GET /api/v1/key", headers)).toBe("401");
  expect(decide("GET /api/v1/key", [...bearer, ...bearer])).toBe("400");
});

test("hosts, lengths and header text that can be read two ways are refused", () => {
  const withHost = (...hosts: readonly string[]): unknown =>
    judge({
      method: "GET",
      target: "/api/v1/key",
      rawHeaders: [...hosts.flatMap((host) => ["Host", host]), ...bearer],
    });
  expect(withHost("OpenRouter.ai:443")).toMatchObject({ allowed: true });
  for (const hosts of [[], ["openrouter.ai", "openrouter.ai"]])
    expect(withHost(...hosts)).toMatchObject({ allowed: false, status: 400 });
  for (const host of [
    "",
    "openrouter.ai:80",
    "openrouter.ai.",
    "eu.openrouter.ai",
    "openrouter.ai@evil.example",
    "127.0.0.1",
  ])
    expect(withHost(host)).toMatchObject({ allowed: false, status: 421 });
  const post = (...headers: readonly string[]): string =>
    decide("POST /api/v1/messages", [...bearer, ...headers]);
  expect(post("Content-Length", "3")).toBe("key, costs");
  expect(post("Transfer-Encoding", "Chunked")).toBe("key, costs");
  expect(post("Content-Length", "3", "Transfer-Encoding", "chunked")).toBe("400");
  expect(post("Content-Length", "3", "content-length", "3")).toBe("400");
  expect(post("Content-Length", "0x3")).toBe("400");
  expect(post("Transfer-Encoding", "gzip, chunked")).toBe("400");
  for (const text of ["a\rb", "a\nb", "a\0b"]) expect(post("X-A", text)).toBe("400");
  expect(post("X-Title", "Caf\u00e9")).toBe("key, costs");
  expect(post(...Array<string>(maxHeaders * 2).fill("a"))).toBe("431");
});

const managing = [
  "GET /api/v1/keys",
  "POST /api/v1/keys",
  "PATCH /api/v1/keys/abc",
  "DELETE /api/v1/keys/abc",
  "POST /api/v1/auth/keys/code",
  "GET /api/v1/activity?date=2026-01-01",
  "POST /api/v1/analytics/query",
  "PUT /api/v1/guardrails/a/assignments/keys",
  "POST /api/v1/presets/a/chat/completions",
  "GET /api/v1/workspaces/a/members",
  "POST /api/v1/byok",
  "DELETE /api/v1/observability/destinations/a",
  "GET /api/v1/organization/members",
  "GET /api/v1/scim/v2/Users",
  "GET /api/v1/containers/a/files",
  "POST /api/v1/generation/feedback",
];

test.each(managing)(
  "%s manages the account: refused with a sentence, and passed with the key once it is allowed",
  (request) => {
    const [method = "", target = ""] = request.split(" ");
    const facts = { method, target, rawHeaders: ["Host", "openrouter.ai", ...bearer] };
    const refused = judge(facts);
    expect(refused).toMatchObject({ allowed: false, status: 403, managesAccount: true });
    expect(refused.allowed ? "" : refused.message).toMatch(
      /manages the OpenRouter account.*“What programs may reach”/,
    );
    expect(judge(facts, true)).toEqual({ allowed: true, withKey: true, costs: false });
    expect(judge({ ...facts, rawHeaders: ["Host", "openrouter.ai"] }, true)).toMatchObject({ status: 401 });
  },
);

test("what is allowed for the account opens nothing that is not listed", () => {
  for (const target of [
    "/api/v1/keysmith",
    "/api/v2/keys",
    "/api/v1/keys/..",
    "/api/v1/admin",
    "/settings/keys",
  ])
    expect(
      judge({ method: "GET", target, rawHeaders: ["Host", "openrouter.ai", ...bearer] }, true).allowed,
    ).toBe(false);
});
