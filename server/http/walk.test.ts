/** Walks everything that the listener serves, signed out, and as another site would: what is open is a reviewed list. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventSocket, pages, routes, type Route } from "../../contract/routes.ts";
import openAddresses from "./open-addresses.json" with { type: "json" };
import { canary, sendRaw, startTestServer, type RawReply, type TestServer } from "./test-kit.ts";

let server: TestServer;
let cookie: string;
beforeAll(async () => {
  server = await startTestServer();
  cookie = await server.signIn();
});
afterAll(() => server.stop());

const id = "0123456789abcdefghij";
const filled = (path: string): string => path.replace(":number", "1").replace(/:\w+/g, id);

const rows = Object.values(routes) as readonly Route[];
const reading = [
  ...Object.values(pages).map((page) => filled(page.path)),
  "/sign-in.css",
  "/sign-in.js",
  "/assets/app-1a2b3c4d.js",
  "/favicon.svg",
  "/index.html",
  "/assets/",
  "/assets",
  "/assets/app-1a2b3c4d.js.br",
  "/assets/app-1a2b3c4d.js.map",
  "/.env",
  "/metrics",
  "/api",
  "/api/",
  "/api/debug",
  "/terminal/ws",
  "/health",
  "/server-status",
  eventSocket.path,
];
const served: readonly (readonly [method: string, path: string])[] = [
  ...rows.map((route) => [route.method, filled(route.path)] as const),
  ...reading.map((path) => ["GET", path] as const),
];
const changes = rows.filter((route) => route.method !== "GET");

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function send({ method, path, headers = {}, body = method === "GET" ? "" : "{}" }: Sent): Promise<RawReply> {
  const all: Record<string, string> = {
    host: server.host,
    connection: "close",
    ...(method === "GET" ? {} : { origin: server.origin, "content-type": "application/json" }),
    ...(body === "" ? {} : { "content-length": String(body.length) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return sendRaw(server.server.address.port, `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}

test("signed out, nothing answers but the reviewed list", async () => {
  const open = new Set<string>();
  for (const [method, path] of served) {
    const reply = await send({ method, path });
    const toSignIn = reply.status === 303 && (reply.headers.get("location") ?? "").startsWith("/sign-in");
    if (![401, 404].includes(reply.status) && !toSignIn) open.add(`${method} ${path}`);
    expect(reply.whole).not.toContain(canary);
  }
  expect([...open].sort()).toEqual([...openAddresses].sort());
});

test("sign-in is open, and an empty body gets it nowhere", async () => {
  expect((await send({ method: "POST", path: "/api/sign-in" })).status).toBe(400);
});

test("signed out, no path at all can be upgraded", async () => {
  for (const path of new Set(served.map(([, path]) => path))) {
    const reply = await send({ method: "GET", path, headers: { ...upgrade, origin: server.origin } });
    expect([path, reply.status]).toEqual([path, path === eventSocket.path ? 401 : 404]);
  }
});

const upgrade = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
};

describe("with a valid cookie", () => {
  test("a foreign Host gets nothing anywhere", async () => {
    for (const host of ["evil.test", `evil.test:${server.server.address.port}`, "0.0.0.0"]) {
      for (const [method, path] of served) {
        const reply = await send({ method, path, headers: { cookie, host } });
        expect([path, reply.status]).toEqual([path, 421]);
      }
      const reply = await send({
        method: "GET",
        path: eventSocket.path,
        headers: { ...upgrade, cookie, host },
      });
      expect(reply.status).toBe(421);
    }
  });

  test("a foreign, absent or null Origin changes nothing and upgrades nothing", async () => {
    for (const origin of ["http://evil.test", "null", `${server.origin}.evil.test`, "http://127.0.0.1:1"]) {
      for (const [method, path] of served) {
        const reply = await send({ method, path, headers: { cookie, origin } });
        expect([path, reply.status]).toEqual([path, 403]);
        expect([...reply.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
      }
      const reply = await send({
        method: "GET",
        path: eventSocket.path,
        headers: { ...upgrade, cookie, origin },
      });
      expect(reply.status).toBe(403);
    }
    const reply = await send({ method: "GET", path: eventSocket.path, headers: { ...upgrade, cookie } });
    expect(reply.status).toBe(403);
  });

  test("forms and plain text change nothing", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=b",
    ]) {
      for (const { method, path } of changes) {
        const reply = await send({ method, path: filled(path), headers: { cookie, "content-type": type } });
        expect([path, reply.status]).toEqual([path, 415]);
      }
    }
  });

  test("what the browser says of another site's request refuses it, in all combinations", async () => {
    for (const { method, path } of changes) {
      for (const site of ["same-site", "cross-site", "none"]) {
        for (const mode of ["cors", "no-cors", "navigate", "same-origin", "websocket"]) {
          const headers = { cookie, "sec-fetch-site": site, "sec-fetch-mode": mode };
          const reply = await send({ method, path: filled(path), headers });
          expect([path, site, mode, reply.status]).toEqual([path, site, mode, 403]);
        }
      }
      const headers = { cookie, "sec-fetch-site": "same-origin", "sec-fetch-mode": "no-cors" };
      expect((await send({ method, path: filled(path), headers })).status).toBe(403);
    }
  });

  test("no preflight is ever granted, a private network's neither", async () => {
    for (const { path } of rows) {
      const headers = {
        origin: "http://evil.test",
        "access-control-request-method": "POST",
        "access-control-request-private-network": "true",
      };
      for (const asked of [headers, { ...headers, origin: server.origin }]) {
        const reply = await send({ method: "OPTIONS", path: filled(path), headers: asked, body: "" });
        expect([403, 405]).toContain(reply.status);
        expect([...reply.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
      }
    }
  });

  test("another spelling of an address is not the address", async () => {
    const spellings = [
      "//api/session",
      "/api//session",
      "/./api/session",
      "/x/../api/session",
      "/api/%73ession",
    ];
    const more = [
      "/api%2fsession",
      "/api\\session",
      "/API/session",
      "/api/session/",
      "/api/session.",
      "/api/session;x",
    ];
    for (const path of [...spellings, ...more, "/api/session%00", "/%2e%2e/secret.txt", "/..%5csecret.txt"]) {
      const reply = await send({ method: "GET", path, headers: { cookie } });
      expect([path, [400, 404].includes(reply.status)]).toEqual([path, true]);
      expect(reply.whole).not.toContain(canary);
    }
  });

  test("a method is what the request line says", async () => {
    const headers = { cookie, "x-http-method-override": "DELETE", "x-method-override": "DELETE" };
    const reply = await send({ method: "POST", path: "/api/session/key", headers });
    expect(reply.status).toBe(405);
    expect(reply.headers.get("allow")).toBe("PUT, DELETE");
  });

  test("the session counts by its cookie and by no other carrier", async () => {
    const value = cookie.split("=")[1] ?? "";
    for (const headers of [
      { authorization: `Bearer ${value}` },
      { authorization: `Basic ${btoa(`x:${value}`)}` },
      { "x-api-key": value },
      { "sec-websocket-protocol": value },
      { cookie: `session=${value}` },
    ] as Record<string, string>[]) {
      expect((await send({ method: "GET", path: "/api/runs", headers })).status).toBe(401);
    }
    for (const query of [`session=${value}`, `orid_test1=${value}`, `token=${value}`]) {
      expect((await send({ method: "GET", path: `/api/runs?${query}` })).status).toBe(401);
    }
  });
});

test("the security headers stand on every reply, refusals by parser and guard included", async () => {
  const replies = [
    await send({ method: "GET", path: "/sign-in" }),
    await send({ method: "GET", path: "/favicon.svg" }),
    await send({ method: "GET", path: "/r/x" }),
    await send({ method: "GET", path: "/none" }),
    await send({ method: "GET", path: "/api/runs" }),
    await send({ method: "GET", path: "/", headers: { host: "evil.test" } }),
    await send({ method: "GET", path: eventSocket.path, headers: upgrade }),
    await sendRaw(server.server.address.port, "NONSENSE\r\n\r\n"),
  ];
  for (const { headers } of replies) {
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("permissions-policy")).toContain("camera=()");
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-z]{20}$/);
  }
});
