/** Neither OpenRouter nor the program can tell that lines are told: the same bytes, the same frames, the same functions. */
import { execFileSync } from "node:child_process";
import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLinesWorld, plainAnswer, type LinesWorld } from "./lines-world.ts";

let world: LinesWorld;
beforeAll(async () => {
  world = await createLinesWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** Requests of every kind, with what differs by chance left out. */
const requests = `
import asyncio, http.client, json, os, urllib.request
import aiohttp, httpx, requests
url = "https://openrouter.ai/api/v1/chat/completions"
headers = {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "X-Odd": "odd  one"}
body = json.dumps({"model": "m", "messages": "\\u00fc" * 9000}).encode()
urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers)).read()
connection = http.client.HTTPSConnection("openrouter.ai")
for content in (body, iter([body[:9], b"POST /x HTTP/1.1\\r\\n", body[9:]])):
    connection.request("POST", "/api/v1/chat/completions?a=%20", content, headers)
    connection.getresponse().read()
requests.post(url, data=body, headers=headers)
requests.post(url, data=iter([body[:9], body[9:]]), headers=headers)
httpx.post(url, content=body, headers=headers)
async def main():
    async with httpx.AsyncClient() as client:
        await client.post(url, content=body, headers=headers)
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data=body, headers=headers) as reply:
            await reply.read()
asyncio.run(main())
`;

test("what upstream receives is the same to the byte, and so is what the program gets, told or not", async () => {
  const arrived: unknown[] = [];
  world.answer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => arrived.push(asItCame(request, Buffer.concat(parts))));
    plainAnswer(request, response);
  });
  const own = await world.run(requests);
  const told = arrived.splice(0);
  const child = await world.run(
    `import os, subprocess, sys
sys.exit(subprocess.run([sys.executable, "-I", "-S", "-c", """import sys; sys.path.append("/usr/lib/python3/dist-packages")
""" + open("requests_of_all_kinds.py").read()]).returncode)`,
    { "requests_of_all_kinds.py": requests },
  );
  expect([own.stderr, own.exitCode, child.stderr, child.exitCode]).toEqual(["", 0, "", 0]);
  expect(told).toHaveLength(8);
  expect(arrived).toEqual(told);
  expect(own.calls.map(({ sentFrom }) => sentFrom?.[0]?.file)).toEqual(Array(8).fill("main.py"));
  expect(own.calls.map(({ sentFrom }) => sentFrom?.[0]?.line)).toEqual([7, 10, 10, 12, 13, 14, 17, 19]);
  // Nobody told of that one's own lines.
  expect(new Set(child.calls.map(({ sentFrom }) => sentFrom?.[0]?.line))).toEqual(new Set([2]));
});

const asItCame = (request: IncomingMessage, body: Buffer): unknown => [
  request.method,
  request.url,
  request.httpVersion,
  request.rawHeaders,
  body.toString("latin1"),
];

/** Prints what a program can see of the functions that tell. */
const look = `
import asyncio.base_events, concurrent.futures.thread, inspect, ssl, subprocess, sys, threading
for function in (ssl.SSLSocket.send, ssl.SSLSocket.write, ssl.SSLObject.write, asyncio.base_events.BaseEventLoop.create_task,
        asyncio.create_task, concurrent.futures.thread._WorkItem.__init__, threading.Thread.start, subprocess._cleanup):
    code = function.__code__
    print(function.__qualname__, inspect.signature(function), inspect.getsource(function), function.__doc__, function.__module__)
    print(code.co_filename, code.co_name, code.co_qualname, code.co_firstlineno, code.co_flags, code.co_varnames, code.co_freevars)
    print(sorted({line for _, _, line in code.co_lines() if line is not None}))
for module in (ssl, asyncio.base_events, concurrent.futures.thread, threading, subprocess):
    print(module.__loader__.__dict__, sorted(vars(module)))
print(sorted(vars(ssl.SSLSocket)), sorted(vars(ssl.SSLObject)), len(sys.meta_path), len(sys.path_hooks))
`;

test("the functions that tell look as they do in bare Python", async () => {
  const bare = execFileSync("/usr/bin/python3", ["-c", look], { cwd: "/", encoding: "utf8" });
  const ran = await world.run(look);
  expect(ran.stderr).toBe("");
  expect(ran.stdout.split("\n")).toEqual(bare.split("\n"));
});

test("no frame of ours is met by tracers, profilers and looks at the stack", async () => {
  world.answer(plainAnswer);
  const ran = await world.run(`import concurrent.futures, http.client, sys, threading, traceback
seen = set()
def trace(frame, event, thing):
    seen.add(frame.f_code.co_filename)
    return trace
class Body:
    def __iter__(self):
        seen.update(frame.filename for frame in traceback.extract_stack())
        yield b"{}"
def ask():
    connection = http.client.HTTPSConnection("openrouter.ai")
    connection.request("POST", "/api/v1/chat/completions", Body(), {"Content-Length": "2"})
    connection.getresponse().read()
def work():
    ask()
    with concurrent.futures.ThreadPoolExecutor(1) as pool: pool.submit(ask).result()
sys.settrace(trace); threading.settrace(trace)
work()
sys.settrace(None); threading.settrace(None)
sys.setprofile(trace); threading.setprofile(trace)
work()
sys.setprofile(None)
print(len(seen) > 5, [name for name in seen if not name.startswith(("/project/main.py", "/usr/lib/python3", "<frozen ", "<string>"))])`);
  expect(ran).toMatchObject({ stdout: "True []\n", stderr: "" });
  expect(ran.calls.map(({ sentFrom }) => sentFrom?.[0]?.line)).toEqual([12, 12, 12, 12]);
});

test("an error while a request is sent shows the frames that it shows in bare Python", async () => {
  const program = `import socket, ssl, sys, traceback
incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
tls = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="openrouter.ai")
plain = ssl.create_default_context().wrap_socket(socket.socket(), server_hostname="openrouter.ai")
request = b"GET / HTTP/1.1\\r\\n\\r\\n"
for broken in (lambda: tls.write(request), lambda: tls.write(5), lambda: plain.write(request), lambda: plain.send(request), lambda: plain.send()):
    try: broken()
    except Exception as error: print(traceback.format_exc().replace(__file__, "main.py"))`;
  const bare = execFileSync("/usr/bin/python3", ["-c", `__file__ = "<string>"\n${program}`], {
    cwd: "/",
    encoding: "utf8",
  });
  const ran = await world.run(program);
  expect(ran.stderr).toBe("");
  const frames = (text: string): string[] =>
    text.split("\n").filter((line) => /^ {4}|^\w+:|ssl\.py/.test(line) && !/broken\(\)|lambda/.test(line));
  expect(frames(ran.stdout).filter((line) => !/main\.py/.test(line))).toEqual(
    expect.arrayContaining(frames(bare)),
  );
  expect(frames(ran.stdout).join("\n")).not.toMatch(/site\/|audit|sources/);
});
