/** Starting: where the server listens and when it refuses to. Stopping: nobody's request is cut, and it ends. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { done } from "../../contract/failures.ts";
import { bindAddress } from "./listen.ts";
import { StartRefusal } from "./start-refusal.ts";
import { startTestServer } from "./test-kit.ts";

describe("where to listen", () => {
  test.each(["127.0.0.1", "127.8.8.8", "::1", "localhost"])("%s needs no token of the operator's", (host) => {
    expect(bindAddress(host, false)).toBe(host === "localhost" ? "127.0.0.1" : host);
  });

  test.each(["0.0.0.0", "::", "192.0.2.1", "::ffff:127.0.0.1"])(
    "%s is open to others and needs one",
    (host) => {
      expect(() => bindAddress(host, false)).toThrow(StartRefusal);
      expect(bindAddress(host, true)).toBe(host);
    },
  );

  test.each([
    "",
    "0",
    "0x0",
    "0x7f.1",
    "127.1",
    "2130706433",
    "０.0.0.0",
    "*",
    "example.org",
    "127.0.0.1:80",
    "[::1]",
  ])("%j is no address, with a token or without", (host) =>
    expect(() => bindAddress(host, true)).toThrow(StartRefusal),
  );
});

describe("the port", () => {
  const occupied = async (): Promise<{ server: Server; port: number }> => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return { server, port: (server.address() as AddressInfo).port };
  };

  test("when it is taken the next free one is used, and printed", async () => {
    const { server: other, port } = await occupied();
    const server = await startTestServer({ config: { port, portIsFixed: false } });
    expect(server.server.address.port).toBeGreaterThan(port);
    expect(server.server.url).toContain(`:${server.server.address.port}/`);
    expect((await fetch(`${server.origin}/api/health`)).status).toBe(200);
    await server.stop();
    other.close();
  });

  test("when the operator fixed it, being taken is a refusal in words", async () => {
    const { server: other, port } = await occupied();
    await expect(startTestServer({ config: { port, portIsFixed: true } })).rejects.toThrow(
      `Port ${port} is in use.`,
    );
    other.close();
  });
});

test("an unreadable range of proxies is refused at start", async () => {
  await expect(startTestServer({ config: { trustedProxies: ["proxy.example.org"] } })).rejects.toThrow(
    StartRefusal,
  );
});

test("IPv6 loopback is listened on, printed and answered for", async () => {
  const server = await startTestServer({ config: { host: "::1" } });
  const { port } = server.server.address;
  expect(server.server.url).toMatch(new RegExp(`^http://\\[::1\\]:${port}/`));
  expect((await fetch(`http://[::1]:${port}/api/health`)).status).toBe(200);
  await server.stop();
});

test("stopping lets a running request end, takes no new one, and drops idle connections", async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let asked = (): void => undefined;
  const reached = new Promise<void>((resolve) => (asked = resolve));
  const server = await startTestServer({
    handlers: {
      health: async () => {
        asked();
        await held;
        return done({ ok: true as const, version: "x" });
      },
    },
  });
  const { port } = server.server.address;
  const idle = connect({ host: "127.0.0.1", port });
  await once(idle, "connect");
  const running = fetch(`${server.origin}/api/health`);
  await reached;
  const stopped = server.stop();
  await expect(fetch(`${server.origin}/api/health`)).rejects.toThrow("fetch failed");
  release();
  expect((await running).status).toBe(200);
  await stopped;
  expect(server.server.connections()).toEqual({ all: 0, eventSockets: 0 });
  idle.destroy();
});
