/** The name in a TLS greeting is read as clients send it, however it is split, and nothing else passes for one. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { connect } from "node:tls";
import fc from "fast-check";
import { expect, test } from "vitest";
import { maxHelloBytes, readHello } from "./client-hello.ts";

/** What Node's own client says first. */
async function helloFor(servername: string): Promise<Buffer> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", servername });
  client.on("error", () => client.destroy());
  const [socket] = (await once(server, "connection")) as [Socket];
  const [bytes] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  client.destroy();
  server.close();
  return bytes;
}

test("a client's greeting tells its name in small letters, or that there is none", async () => {
  expect(readHello(await helloFor("API.Example.com"))).toEqual({ kind: "name", name: "api.example.com" });
  expect(readHello(await helloFor(""))).toEqual({ kind: "name", name: null });
});

test("it is read the same however it is split, over segments and over records", async () => {
  const hello = await helloFor("api.example.com");
  for (let length = 0; length < hello.length; length++)
    expect(readHello(hello.subarray(0, length))).toEqual({ kind: "more" });
  const body = hello.subarray(5);
  for (const size of [1, 2, 7, 64]) {
    const records: Buffer[] = [];
    for (let at = 0; at < body.length; at += size) {
      const part = body.subarray(at, at + size);
      records.push(Buffer.from([22, 3, 1, 0, part.length]), part);
    }
    expect(readHello(Buffer.concat(records))).toEqual({ kind: "name", name: "api.example.com" });
  }
});

test("what is no greeting is told at its first byte, and one without end is not waited for", () => {
  for (const text of [
    "GET / HTTP/1.1\r\n",
    "\x17\x03\x03\x00\x05hello",
    "\x16\x02\x00\x00\x01a",
    "\x16\x03\x01\x00\x00",
  ])
    expect(readHello(Buffer.from(text, "latin1"))).toEqual({ kind: "not-tls" });
  // A greeting that says it is 16 MiB long.
  expect(readHello(Buffer.from([22, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff]))).toEqual({ kind: "not-tls" });
  expect(
    readHello(Buffer.concat([Buffer.from([22, 3, 1, 0xff, 0xff]), Buffer.alloc(maxHelloBytes)])).kind,
  ).toBe("not-tls");
});

test("no bytes at all make it throw or name a host that is not in them", async () => {
  const hello = await helloFor("api.example.com");
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(hello.length - 1), fc.nat(255)), { maxLength: 6 }), (changes) => {
      const bytes = Buffer.from(hello);
      for (const [at, value] of changes) bytes[at] = value;
      const read = readHello(bytes);
      const name = read.kind === "name" ? (read.name ?? "") : "";
      expect(bytes.toString("latin1").toLowerCase()).toContain(name);
    }),
    { numRuns: 2_000 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readHello(Buffer.from(bytes))));
});
