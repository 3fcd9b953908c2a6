/** A program that takes the hook away is recorded without lines; one that lies harms its own lines only; floods change nothing. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLinesWorld, plainAnswer, type LinesRun, type LinesWorld } from "./lines-world.ts";

let world: LinesWorld;
beforeAll(async () => {
  world = await createLinesWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const ask = `import os, ssl, urllib.request
def ask():
    return urllib.request.urlopen("https://openrouter.ai/api/v1/models").read()
`;
const seen = ({ calls }: LinesRun): unknown[] =>
  calls.map(({ state, attribution, sentFrom }) => [state, attribution, sentFrom?.[0]?.line ?? null]);

test.each([
  ["closes the descriptor", "os.close(1019)"],
  ["puts another in its place", 'os.dup2(os.open("/tmp/mine", os.O_CREAT | os.O_WRONLY), 1019)'],
  [
    "makes the functions its own",
    "ssl.SSLSocket.send = ssl.SSLSocket.write = lambda self, data, flags=0: self._sslobj.write(data)",
  ],
  [
    "puts the functions' first code back",
    `code = compile(open(ssl.__file__).read(), ssl.__file__, "exec")
find = lambda code, *names: find(next(c for c in code.co_consts if getattr(c, "co_name", 0) == names[0]), *names[1:]) if names else code
for name in ("send", "write"): getattr(ssl.SSLSocket, name).__code__ = find(code, "SSLSocket", name)`,
  ],
])("a program that %s is recorded, without a line, and that is told", async (_name, change) => {
  const ran = await world.run(`${ask}ask()\n${change}\nask()`);
  expect(ran).toMatchObject({ stderr: "", exitCode: 0 });
  expect(seen(ran)).toEqual([
    ["done", "told", 3],
    ["done", "untold", null],
  ]);
});

test("a program that becomes another one is recorded", async () => {
  const ran = await world.run(
    `${ask}import sys
os.execv(sys.executable, [sys.executable, "-I", "-S", "-c", "import urllib.request as r; r.urlopen('https://openrouter.ai/api/v1/models')"])`,
  );
  expect(ran).toMatchObject({ stderr: "", exitCode: 0 });
  expect(seen(ran)).toEqual([["done", "told", 5]]);
});

test("made-up reports are about the program's own calls, bounded and plain", async () => {
  const ran = await world.run(`${ask}import http.client, struct
def report(kind, *fields):
    payload = b"".join(field + b"\\0" for field in fields)
    os.write(1019, b"OL" + kind + struct.pack("<H", len(payload)) + payload)
connection = http.client.HTTPSConnection("openrouter.ai")
connection.connect()
binding = connection.sock.get_channel_binding("tls-unique").hex().encode()
line = b"GET /api/v1/models HTTP/1.1"
os.write(1019, b"OL" * 999 + b"\\xff" * 999 + b"OLs\\xff\\xff")
report(b"s", binding, b"-1", b"10", b"", b"1", line, b"a.py", b"1", b"f")
report(b"s", b"../..", b"1", b"10", b"", b"1", line, b"a.py", b"1", b"f")
report(b"s", binding, b"1", b"10", b"x", b"1", line, b"a.py", b"1", b"f")
report(b"s", binding, b"1", b"10", b"", b"1", line, b"a.py", b"0", b"f")
report(b"s", binding, b"1", b"10", b"", b"1", line, b"a.py", b"1")
report(b"s", binding, b"1", b"10", b"", b"9", line)
report(b"p", b"10", b"1", b"nothing", b"1", b"a.py", b"1", b"f")
report(b"s", binding, b"1", b"10", b"", b"1", line, b"<b>" + b"x" * 2000, b"7", b"\\xff\\n" + b"y" * 900)
os.close(1019)
connection.request("GET", "/api/v1/models")
connection.getresponse().read()`);
  expect(ran).toMatchObject({ stderr: "", exitCode: 0 });
  expect(ran.calls.map(({ sentFrom }) => sentFrom)).toEqual([
    [{ file: "x".repeat(300), line: 7, function: `\ufffd\n${"y".repeat(118)}` }],
  ]);
});

test("a flood of reports holds nobody up, and is forgotten", async () => {
  const ran = await world.run(`${ask}import struct
for turn in range(20000):
    fields = [b"%08x" % turn, b"1", b"10", b"", b"1", b"GET / HTTP/1.1", b"a.py", b"1", b"f" * 100]
    payload = b"".join(field + b"\\0" for field in fields)
    try: os.write(1019, b"OLs" + struct.pack("<H", len(payload)) + payload)
    except BlockingIOError: pass
while True:
    try: os.write(1019, b"-"); break
    except BlockingIOError: pass
ask()`);
  expect(ran).toMatchObject({ stderr: "", exitCode: 0 });
  expect(ran.calls.map(({ state }) => state)).toEqual(["done"]);
});

test("a thousand calls at once all have their lines", async () => {
  world.answer(plainAnswer);
  const ran = await world.run(`import asyncio, aiohttp
async def first(session):
    async with session.post("https://openrouter.ai/api/v1/chat/completions", json={}) as reply: await reply.read()
async def second(session):
    async with session.post("https://openrouter.ai/api/v1/chat/completions", json={}) as reply: await reply.read()
async def main():
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=48)) as session:
        await asyncio.gather(*[(first, second)[turn % 2](session) for turn in range(1000)])
asyncio.run(main())`);
  expect(ran).toMatchObject({ stderr: "", exitCode: 0 });
  const counts = new Map<number | undefined, number>();
  for (const { sentFrom } of ran.calls)
    counts.set(sentFrom?.[0]?.line, (counts.get(sentFrom?.[0]?.line) ?? 0) + 1);
  expect(Object.fromEntries(counts)).toEqual({ 3: 500, 5: 500 });
}, 60_000);
