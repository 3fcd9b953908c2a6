/** The server as a browser meets it: pages, API, sign-in, replies and their headers. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, testToken, type TestServer } from "./test-kit.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

test("health answers without a session, with the security headers and a request id", async () => {
  const reply = await fetch(`${server.origin}/api/health`);
  expect(reply.status).toBe(200);
  expect(await reply.json()).toEqual({ ok: true, version: "0.0.0-test" });
  expect(reply.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(reply.headers.get("x-content-type-options")).toBe("nosniff");
  expect(reply.headers.get("cross-origin-resource-policy")).toBe("same-origin");
  expect(reply.headers.get("cache-control")).toBe("no-store");
  expect(reply.headers.get("x-request-id")).toMatch(/^[0-9a-z]{20}$/);
});

test("the printed address becomes a cookie and an address without the token", async () => {
  expect(server.server.url).toBe(`${server.origin}/?token=${testToken}`);
  const reply = await fetch(`${server.origin}/r/abc?x=1&token=${testToken}&y=2`, { redirect: "manual" });
  expect(reply.status).toBe(303);
  expect(reply.headers.get("location")).toBe("/r/abc?x=1&y=2");
  expect(reply.headers.get("referrer-policy")).toBe("no-referrer");
  const cookie = reply.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^orid_test1=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=34560000; HttpOnly; SameSite=Lax$/);
  const page = await fetch(`${server.origin}/r/abc`, { headers: { cookie: cookie.split(";")[0] ?? "" } });
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<head><base href="/">');
});
