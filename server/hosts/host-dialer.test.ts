/** A host that is opened by name is reached at public addresses only, judged at each connection (threat A89). */
import { connect, createServer, Socket, type AddressInfo, type Server } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHostDialer, type HostDialerParts } from "./host-dialer.ts";

let server: Server;
beforeAll(async () => {
  server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end("hello");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => void server.close());

/** A dialer whose names lead where the test says; what is dialled comes to the test's own server. */
function dialer(resolve: NonNullable<HostDialerParts["resolve"]>) {
  const dialled: string[] = [];
  const made = createHostDialer({
    resolve,
    dial: (address, port) => {
      dialled.push(`${address}:${port}`);
      return connect((server.address() as AddressInfo).port, "127.0.0.1");
    },
  });
  return { open: (name: string) => made.connect(name), dialled };
}

test.each([
  "127.0.0.1",
  "127.8.8.8",
  "0.0.0.0",
  "10.0.0.1",
  "172.16.0.1",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::127.0.0.1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:a9fe:a9fe",
  "64:ff9b::a9fe:a9fe",
  "64:ff9b:1::1",
  "2002:7f00:1::1",
  "fc00::1",
  "fd12:3456::1",
  "fe80::1",
  "fe80::1%eth0",
  "ff02::1",
  "0x7f.1",
  "2130706433",
  "not an address",
])("a name that leads to %s is refused, and nothing is dialled", async (address) => {
  const { open, dialled } = dialer(() => Promise.resolve([address]));
  const refused = await open("inner.example.com");
  expect(refused).toMatchObject({ ok: false, error: { code: "private" } });
  expect(refused.ok ? "" : refused.error.says).toContain("inner.example.com");
  expect(dialled).toEqual([]);
});

test("one private address among public ones refuses the name", async () => {
  const { open, dialled } = dialer(() => Promise.resolve(["93.184.216.34", "10.0.0.1"]));
  expect(await open("mixed.example.com")).toMatchObject({ ok: false, error: { code: "private" } });
  expect(dialled).toEqual([]);
});

test("the address that was checked is the one that is dialled, on port 443", async () => {
  const { open, dialled } = dialer(() => Promise.resolve(["93.184.216.34"]));
  const opened = await open("api.example.com");
  if (!opened.ok) throw new Error(opened.error.says);
  const [text] = (await once(opened.value, "data")) as [Buffer];
  expect(text.toString()).toBe("hello");
  expect(dialled).toEqual(["93.184.216.34:443"]);
  opened.value.destroy();
});

test("a name is judged anew at each connection: one that turns private is refused (DNS rebinding)", async () => {
  const answers = [["93.184.216.34"], ["127.0.0.1"], ["93.184.216.34"]];
  const { open, dialled } = dialer(() => Promise.resolve(answers.shift() ?? []));
  const outcomes = [];
  for (let n = 0; n < 3; n++) {
    const opened = await open("rebound.example.com");
    outcomes.push(opened.ok ? "open" : opened.error.code);
    if (opened.ok) opened.value.destroy();
  }
  expect(outcomes).toEqual(["open", "private", "open"]);
  expect(dialled).toHaveLength(2);
});

test("a name that nobody knows, and an address that nobody answers at, are told apart in words", async () => {
  const unknown = await dialer(() => Promise.reject(new Error("ENOTFOUND"))).open("no.example.com");
  expect(unknown).toMatchObject({
    ok: false,
    error: { code: "not-found", says: expect.stringContaining("no.example.com") as string },
  });
  const closed = createHostDialer({
    resolve: () => Promise.resolve(["93.184.216.34", "93.184.216.35"]),
    dial: () => connect(9, "127.0.0.1"),
  });
  expect(await closed.connect("shut.example.com")).toMatchObject({
    ok: false,
    error: {
      code: "unreachable",
      says: "shut.example.com can't be reached from this server (ECONNREFUSED).",
    },
  });
});

test("an address that does not answer in time is given up", async () => {
  const silent = createHostDialer({
    resolve: () => Promise.resolve(["93.184.216.34"]),
    // Never connects: it has not been told where to.
    dial: () => new Socket(),
    connectMs: 20,
  });
  expect(await silent.connect("slow.example.com")).toMatchObject({
    ok: false,
    error: { says: "slow.example.com did not answer within 0.02 s." },
  });
});

test("the system's own resolver is asked, and its loopback answer refused", async () => {
  expect(await createHostDialer().connect("localhost")).toMatchObject({ ok: false });
});
