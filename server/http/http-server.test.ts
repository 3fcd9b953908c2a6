/** The server as a browser meets it: sign-in and out, the API's answers and refusals, pages below a path, and the log. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { done, refused } from "../../contract/failures.ts";
import { StoreUnavailable } from "../store/unavailable.ts";
import { cookieOf, startTestServer, testToken, type TestServer } from "./test-kit.ts";

const runId = "0123456789abcdefghij";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    handlers: {
      getRun: async () => refused({ code: "not-found", says: "No such run." }),
      listRuns: async () => {
        throw new Error("a-fault-for-the-log");
      },
      models: async () => {
        throw new StoreUnavailable(new Error("disk"));
      },
      // Tells what arrived, in a shape that the contract lets through.
      stopRun: async ({ params }, caller) =>
        refused({ code: "run-ended", says: `${params.run} ${caller.ownerId}` }),
      sendInput: async ({ body }) => refused({ code: "input-full", says: JSON.stringify(body) }),
      listSnippets: async ({ query }) => refused({ code: "too-many", says: JSON.stringify(query) }),
      deleteSnippet: async () => done({}),
    },
  });
});
afterAll(() => server.stop());

interface Ask {
  readonly method?: string;
  readonly cookie?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

function ask(path: string, { method = "GET", cookie = "", body, headers = {} }: Ask = {}): Promise<Response> {
  return fetch(`${server.origin}${path}`, {
    method,
    redirect: "manual",
    headers: { cookie, origin: server.origin, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const failureOf = async (reply: Response): Promise<Record<string, unknown>> =>
  (await reply.json()) as Record<string, unknown>;

test("health answers without a session", async () => {
  const reply = await ask("/api/health");
  expect(reply.status).toBe(200);
  expect(await reply.json()).toEqual({ ok: true, version: "0.0.0-test" });
  expect(reply.headers.get("cache-control")).toBe("no-store");
});

describe("the printed address", () => {
  test("becomes a cookie and the same address without the token", async () => {
    expect(server.server.url).toBe(`${server.origin}/?token=${testToken}`);
    const reply = await ask(`/r/abc?x=1&token=${testToken}&y=2`);
    expect(reply.status).toBe(303);
    expect(reply.headers.get("location")).toBe("/r/abc?x=1&y=2");
    expect(reply.headers.get("referrer-policy")).toBe("no-referrer");
    expect(reply.headers.get("set-cookie")).toMatch(
      /^orid_test1=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=34560000; HttpOnly; SameSite=Lax$/,
    );
    const page = await ask("/r/abc", { cookie: cookieOf(reply) });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<head><base href="/">');
  });

  test("serves for the server's life, and keeps a session that there is already", async () => {
    const first = await server.signIn();
    const second = await server.signIn();
    expect(second).not.toBe(first);
    const again = await ask(`/?token=${testToken}`, { cookie: first });
    expect(again.status).toBe(303);
    expect(again.headers.get("set-cookie")).toBeNull();
  });

  test("with a wrong token leads to the sign-in page, which says so and remembers where to go", async () => {
    const reply = await ask("/r/abc?token=wrong");
    expect(reply.headers.get("location")).toBe("/sign-in?next=%2Fr%2Fabc&failed=wrong-token");
    const page = await (await ask("/sign-in?next=%2Fr%2Fabc&failed=wrong-token")).text();
    expect(page).toContain('data-next="/r/abc"');
    expect(page).toContain("That token is not right.");
    expect(page).not.toContain(testToken);
  });

  test("with two tokens is refused", async () => {
    expect((await ask(`/?token=${testToken}&token=x`)).status).toBe(400);
  });
});

describe("signing in and out", () => {
  test("the token in JSON is swapped for a new session of a new owner", async () => {
    const replies = [1, 2].map(() => ask("/api/sign-in", { method: "POST", body: { token: testToken } }));
    const cookies = (await Promise.all(replies)).map(cookieOf);
    expect(new Set(cookies).size).toBe(2);
    const owners = cookies.map(async (cookie) =>
      failureOf(await ask(`/api/runs/${runId}/stop`, { method: "POST", cookie, body: {} })),
    );
    const said = (await Promise.all(owners)).map((failure) => failure["says"]);
    expect(new Set(said).size).toBe(2);
  });

  test("a session that somebody planted before sign-in is not the one after", async () => {
    const planted = `orid_test1=${"A".repeat(43)}`;
    const reply = await ask("/api/sign-in", { method: "POST", cookie: planted, body: { token: testToken } });
    expect(cookieOf(reply)).not.toBe(planted);
    expect((await ask("/api/session", { cookie: planted })).status).toBe(401);
  });

  test("a wrong token gets no cookie", async () => {
    const reply = await ask("/api/sign-in", { method: "POST", body: { token: "wrong" } });
    expect(reply.status).toBe(401);
    expect(reply.headers.get("set-cookie")).toBeNull();
    expect(await failureOf(reply)).toMatchObject({ code: "wrong-token" });
  });

  test("signing out ends the session for good and takes the cookie back", async () => {
    const cookie = await server.signIn();
    const reply = await ask("/api/sign-out", { method: "POST", cookie, body: {} });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("set-cookie")).toBe("orid_test1=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    expect((await ask("/api/runs", { cookie })).status).toBe(401);
    expect((await ask("/", { cookie })).headers.get("location")).toBe("/sign-in");
  });

  test("a page asked for without a session is gone to after sign-in, and only within this site", async () => {
    expect((await ask("/s/abc?x=1")).headers.get("location")).toBe("/sign-in?next=%2Fs%2Fabc%3Fx%3D1");
    const cookie = await server.signIn();
    for (const [next, expected] of [
      ["/s/abc", "/s/abc"],
      ["//evil.test", "/"],
      ["/\\evil.test", "/"],
      ["https://evil.test", "/"],
    ] as const) {
      const reply = await ask(`/sign-in?next=${encodeURIComponent(next)}`, { cookie });
      expect(reply.headers.get("location")).toBe(expected);
      expect(await (await ask(`/sign-in?next=${encodeURIComponent(next)}`)).text()).toContain(
        `data-next="${expected}"`,
      );
    }
  });
});

describe("the API's answers", () => {
  let cookie: string;
  beforeAll(async () => {
    cookie = await server.signIn();
  });

  test("a handler's failure has its status, its sentence and the request's id", async () => {
    const reply = await ask(`/api/runs/${runId}`, { cookie });
    expect(reply.status).toBe(404);
    expect(await failureOf(reply)).toEqual({
      code: "not-found",
      says: "No such run.",
      hint: "It may have been deleted, or belong to another session.",
      requestId: reply.headers.get("x-request-id"),
    });
  });

  test("an id of a shape that is never made is as good as one that is not there", async () => {
    expect((await ask("/api/runs/NOT-AN-ID", { cookie })).status).toBe(404);
    expect((await ask(`/api/runs/${runId}/calls/0`, { cookie })).status).toBe(404);
  });

  test("what does not fit is named field by field, in sentences", async () => {
    const body = { code: 5, idempotencyKey: "no", ownerId: "x", args: ["a", 5], role: "admin" };
    const failure = await failureOf(await ask("/api/runs", { method: "POST", cookie, body }));
    expect(failure).toMatchObject({
      code: "bad-request",
      fields: [
        { field: "code", says: "Invalid input: expected string, received number" },
        { field: "args.1", says: "Invalid input: expected string, received number" },
        { field: "idempotencyKey", says: "must be 8 to 64 letters, digits, - or _" },
        { field: "ownerId", says: "is not known here" },
        { field: "role", says: "is not known here" },
      ],
    });
  });

  test("a body that is no object is named too", async () => {
    for (const body of [[], "x", null, 5]) {
      const failure = await failureOf(await ask("/api/runs", { method: "POST", cookie, body }));
      expect(failure).toMatchObject({ code: "bad-request", fields: [{ field: "body" }] });
    }
    const none = await ask("/api/runs", { method: "POST", cookie });
    expect(none.status).toBe(400);
  });

  test("__proto__ in a body is an unknown field like any other", async () => {
    const reply = await fetch(`${server.origin}/api/runs/${runId}/input`, {
      method: "POST",
      headers: { cookie, origin: server.origin, "content-type": "application/json" },
      body: '{"text":"x","__proto__":{"end":true}}',
    });
    expect(await failureOf(reply)).toMatchObject({
      code: "bad-request",
      fields: [{ field: "__proto__", says: "is not known here" }],
    });
  });

  test("defaults and queries reach the handler parsed", async () => {
    const input = await ask(`/api/runs/${runId}/input`, { method: "POST", cookie, body: { text: "hi\n" } });
    expect(await failureOf(input)).toMatchObject({ says: '{"text":"hi\\n","end":false}' });
    const found = await ask("/api/snippets?q=a%20b%26", { cookie });
    expect(await failureOf(found)).toMatchObject({ says: '{"q":"a b&"}' });
  });

  test("unknown and doubled query names are refused by name", async () => {
    const unknown = await failureOf(await ask("/api/snippets?sort=name", { cookie }));
    expect(unknown).toMatchObject({ fields: [{ field: "sort", says: "is not known here" }] });
    const doubled = await failureOf(await ask("/api/snippets?q=a&q=b", { cookie }));
    expect(doubled).toMatchObject({ fields: [{ field: "q", says: "is given twice" }] });
    expect((await ask("/api/runs?x=1", { cookie })).status).toBe(400);
  });

  test("a route that takes no body takes none, or an empty object", async () => {
    const remove = (body?: unknown): Promise<Response> =>
      ask(`/api/snippets/${runId}`, { method: "DELETE", cookie, body });
    expect((await remove()).status).toBe(200);
    expect((await remove({})).status).toBe(200);
    expect((await remove({ x: 1 })).status).toBe(400);
  });

  test("another method is told which ones there are; an unknown path is not there", async () => {
    const reply = await ask("/api/session/key", { cookie });
    expect(reply.status).toBe(405);
    expect(reply.headers.get("allow")).toBe("PUT, DELETE");
    expect((await ask("/api/nothing", { cookie })).status).toBe(404);
    expect((await ask("/", { method: "POST", cookie })).headers.get("allow")).toBe("GET, HEAD");
    expect((await ask("/favicon.svg", { method: "DELETE" })).status).toBe(405);
  });

  test("HEAD answers as GET does, without the body", async () => {
    const reply = await ask("/api/health", { method: "HEAD" });
    expect(reply.status).toBe(200);
    expect(await reply.text()).toBe("");
  });

  test("a fault is told by its request id, and its cause stands in the log alone", async () => {
    const reply = await ask("/api/runs", { cookie });
    expect(reply.status).toBe(500);
    const text = await reply.text();
    expect(text).not.toContain("a-fault");
    const id = reply.headers.get("x-request-id") ?? "";
    expect(text).toContain(id);
    expect(server.log.some((line) => line.includes("a-fault-for-the-log") && line.includes(id))).toBe(true);
  });

  test("a database that is away is told as such", async () => {
    const reply = await ask("/api/models", { cookie });
    expect(reply.status).toBe(503);
    expect(await failureOf(reply)).toMatchObject({ code: "store-unavailable" });
  });
});

test("a person who opens an address that is not there gets a page, a program gets JSON", async () => {
  const page = await ask("/nowhere", { headers: { accept: "text/html,*/*" } });
  expect(page.status).toBe(404);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(await page.text()).toContain("There is nothing here.");
  expect((await ask("/nowhere")).headers.get("content-type")).toBe("application/json; charset=utf-8");
  const api = await ask("/api/nowhere", { headers: { accept: "text/html" } });
  expect(api.headers.get("content-type")).toBe("application/json; charset=utf-8");
});

test("one log line per request, with no address, query, token or cookie in it", async () => {
  const cookie = await server.signIn();
  await ask(`/r/secret-address?q=secret-query&token=secret-token-x`);
  const reply = await ask("/api/snippets?q=secret-query", { cookie });
  const id = reply.headers.get("x-request-id") ?? "";
  await expect.poll(() => server.log.filter((line) => line.includes(id)).length).toBe(1);
  const line = JSON.parse(server.log.find((one) => one.includes(id)) ?? "{}") as Record<string, unknown>;
  expect(line).toMatchObject({ method: "GET", route: "listSnippets", status: 429, requestId: id });
  expect(line["ms"]).toBeTypeOf("number");
  const all = server.log.join("");
  for (const secret of [testToken, cookie.split("=")[1] ?? "", "secret-"]) expect(all).not.toContain(secret);
});
