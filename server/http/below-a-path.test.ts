/** Below a base path and behind a proxy with TLS: addresses, cookies and pages follow. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cookieOf, startTestServer, testToken, type TestServer } from "./test-kit.ts";

describe("with a base path", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ config: { basePath: "/ide" } });
  });
  afterAll(() => server.stop());

  test("everything stands below it, and nothing outside", async () => {
    expect(server.server.url).toBe(`${server.origin}/ide/?token=${testToken}`);
    expect((await fetch(`${server.origin}/ide/api/health`)).status).toBe(200);
    for (const path of ["/", "/api/health", "/sign-in", "/idea/api/health", "/ide.evil/api/health"]) {
      expect([path, (await fetch(server.origin + path)).status]).toEqual([path, 404]);
    }
  });

  test("sign-in, cookie and page name it", async () => {
    const reply = await fetch(`${server.origin}/ide/r/abc?token=${testToken}`, { redirect: "manual" });
    expect(reply.headers.get("location")).toBe("/ide/r/abc");
    expect(reply.headers.get("set-cookie")).toMatch(/^orid_test1=.{43}; Path=\/ide; /);
    const page = await fetch(`${server.origin}/ide/r/abc`, { headers: { cookie: cookieOf(reply) } });
    expect(await page.text()).toContain('<base href="/ide/">');
    const signedOut = await fetch(`${server.origin}/ide/r/abc`, { redirect: "manual" });
    expect(signedOut.headers.get("location")).toBe("/ide/sign-in?next=%2Fr%2Fabc");
    const signIn = await (await fetch(`${server.origin}/ide/sign-in`)).text();
    expect(signIn).toContain('href="/ide/sign-in.css"');
    expect(signIn).toContain('data-base="/ide"');
  });
});

describe("behind a proxy that speaks TLS", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({
      config: { publicHosts: ["ide.example.org"], trustedProxies: ["127.0.0.1"] },
    });
  });
  afterAll(() => server.stop());

  const forwarded = { "x-forwarded-proto": "https", "x-forwarded-host": "ide.example.org" };

  test("the cookie is Secure and bound to the host", async () => {
    const reply = await fetch(`${server.origin}/?token=${testToken}`, {
      redirect: "manual",
      headers: forwarded,
    });
    expect(reply.headers.get("set-cookie")).toMatch(/^__Host-orid_test1=.{43}; Path=\/; .*; Secure$/);
    const below = await fetch(`${server.origin}/?token=${testToken}`, {
      redirect: "manual",
      headers: { ...forwarded, "x-forwarded-prefix": "/tools/ide" },
    });
    expect(below.headers.get("location")).toBe("/tools/ide/");
    expect(below.headers.get("set-cookie")).toMatch(/^orid_test1=.{43}; Path=\/tools\/ide; .*; Secure$/);
  });

  test("a change must come from the public origin", async () => {
    const signIn = (origin: string): Promise<Response> =>
      fetch(`${server.origin}/api/sign-in`, {
        method: "POST",
        headers: { ...forwarded, origin, "content-type": "application/json" },
        body: JSON.stringify({ token: testToken }),
      });
    expect((await signIn("https://ide.example.org")).status).toBe(200);
    expect((await signIn("http://ide.example.org")).status).toBe(403);
    expect((await signIn(server.origin)).status).toBe(403);
  });

  test("each client behind it has its own tries at the token", async () => {
    const wrong = async (client: string): Promise<number> => {
      const reply = await fetch(`${server.origin}/api/sign-in`, {
        method: "POST",
        headers: {
          ...forwarded,
          "x-forwarded-for": `6.6.6.6, ${client}`,
          origin: "https://ide.example.org",
          "content-type": "application/json",
        },
        body: JSON.stringify({ token: "wrong" }),
      });
      return reply.status;
    };
    const tries = await Promise.all(Array.from({ length: 12 }, () => wrong("192.0.2.1")));
    expect(tries.filter((status) => status === 401)).toHaveLength(10);
    expect(tries.filter((status) => status === 429)).toHaveLength(2);
    expect(await wrong("192.0.2.2")).toBe(401);
  });
});
