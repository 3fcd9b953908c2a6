/** Which line sent a call, for every client and every form of doing several things at once, in real sandboxes. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLinesWorld, type LinesRun, type LinesWorld } from "./lines-world.ts";

let world: LinesWorld;
beforeAll(async () => {
  world = await createLinesWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** Each call as "file:line function < the place outside of it …", sorted. */
const lines = ({ calls }: LinesRun): string[] =>
  calls
    .map(({ attribution, sentFrom }) =>
      sentFrom === null
        ? attribution
        : sentFrom.map((place) => `${place.file}:${place.line} ${place.function}`).join(" < "),
    )
    .sort();

/** Lines 1 to 8 of each program. */
const beginning = `import json, os
path = "/api/v1/chat/completions"
url = "https://openrouter.ai" + path
headers = {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"}
body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "Say ok"}]}).encode()
def read(text):
    assert b"ok" in bytes(text), text
    print("ok")
`;

interface Promised {
  readonly program: string;
  readonly lines: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

async function holds({ program, lines: wanted, files }: Promised): Promise<void> {
  const ran = await world.run(beginning + program, files);
  expect({ stderr: ran.stderr, exitCode: ran.exitCode }).toEqual({ stderr: "", exitCode: 0 });
  expect(lines(ran)).toEqual([...wanted].sort());
}

const clients: Readonly<Record<string, Promised>> = {
  urllib: {
    program: `import urllib.request
def ask():
    request = urllib.request.Request(url, data=body, headers=headers)
    with urllib.request.urlopen(request) as reply:
        read(reply.read())
ask()`,
    lines: ["main.py:12 ask < main.py:14 <module>"],
  },
  "http.client, kept alive": {
    program: `import http.client
connection = http.client.HTTPSConnection("openrouter.ai")
for turn in range(2):
    connection.request("POST", path, body, headers)
    read(connection.getresponse().read())
connection.request("POST", path, iter([body[:9], body[9:]]), headers)
read(connection.getresponse().read())`,
    lines: ["main.py:12 <module>", "main.py:12 <module>", "main.py:14 <module>"],
  },
  requests: {
    program: `import requests
session = requests.Session()
read(session.post(url, data=body, headers=headers).content)
read(session.post(url, data=body, headers=headers,
    timeout=9).content)`,
    lines: ["main.py:11 <module>", "main.py:12 <module>"],
  },
  httpx: {
    program: `import httpx
class Chat:
    def ask(self):
        with httpx.stream("POST", url, content=body, headers=headers) as reply:
            read(reply.read())
Chat().ask()`,
    lines: ["main.py:12 Chat.ask < main.py:14 <module>"],
  },
  "httpx async": {
    program: `import asyncio, httpx
async def ask(client):
    reply = await client.post(url, content=body, headers=headers)
    read(reply.content)
async def main():
    async with httpx.AsyncClient() as client:
        await ask(client)
asyncio.run(main())`,
    lines: ["main.py:11 ask < main.py:15 main < main.py:16 <module>"],
  },
  aiohttp: {
    program: `import asyncio, aiohttp
async def main():
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data=body, headers=headers) as reply:
            read(await reply.read())
asyncio.run(main())`,
    lines: ["main.py:12 main < main.py:14 <module>"],
  },
  "ssl by hand, pipelined": {
    program: `import socket, ssl
raw = socket.create_connection(("openrouter.ai", 443))
wire = ssl.create_default_context().wrap_socket(raw, server_hostname="openrouter.ai")
lines = [f"POST {path} HTTP/1.1", "Host: openrouter.ai", f"Content-Length: {len(body)}"] + [f"{k}: {v}" for k, v in headers.items()]
whole = "\\r\\n".join(lines).encode() + b"\\r\\n\\r\\n" + body
wire.sendall(whole + whole)
wire.write(whole)
got = b""
while got.count(b'"ok"') < 3:
    got += wire.recv(65536)
wire.send(whole)
while got.count(b'"ok"') < 4:
    got += wire.recv(65536)`,
    lines: ["main.py:14 <module>", "main.py:14 <module>", "main.py:15 <module>", "main.py:19 <module>"],
  },
  "ssl over memory, by hand": {
    program: `import socket, ssl
wire = socket.create_connection(("openrouter.ai", 443))
incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
tls = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="openrouter.ai")
def until_done(what, *things):
    while True:
        try:
            return what(*things)
        except ssl.SSLWantReadError:
            wire.sendall(outgoing.read())
            incoming.write(wire.recv(65536))
        finally:
            wire.sendall(outgoing.read())
until_done(tls.do_handshake)
until_done(tls.write, f"GET /api/v1/models HTTP/1.0\\r\\nHost: openrouter.ai\\r\\n\\r\\n".encode())
until_done(tls.read, 9)`,
    lines: ["main.py:16 until_done < main.py:23 <module>"],
  },
  "a file of one's own beside the program": {
    program: `import lib.ask
lib.ask.ask(url, body, headers)`,
    files: {
      "lib/ask.py": `import requests
def ask(url, body, headers):
    return [requests.post(url, data=body, headers=headers).status_code for turn in range(1)]
`,
    },
    lines: ["lib/ask.py:3 ask.<locals>.<listcomp> < lib/ask.py:3 ask < main.py:10 <module>"],
  },
};

describe("of each client", () => {
  test.each(Object.entries(clients))("%s", (_name, promised) => holds(promised));
});

const sync: Readonly<Record<string, Promised>> = {
  "threads, by the line in the thread": {
    program: `import requests, threading
def ask():
    read(requests.post(url, data=body, headers=headers).content)
threads = [threading.Thread(target=ask) for turn in range(3)]
for one in threads: one.start()
for one in threads: one.join()`,
    lines: Array(3).fill("main.py:11 ask"),
  },
  "threads of a library's function, by the line that started them": {
    program: `import requests, threading
threads = [threading.Thread(target=requests.post, args=(url,), kwargs={"data": body, "headers": headers}) for turn in range(3)]
for one in threads:
    one.start()
for one in threads: one.join()`,
    lines: Array(3).fill("main.py:12 <module>"),
  },
  "an executor's work, by the line in it or the one that handed it over": {
    program: `import concurrent.futures, requests
def ask(turn):
    return requests.post(url, data=body, headers=headers).content
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    for text in pool.map(ask, range(4)): read(text)
    def hand_over():
        return pool.submit(requests.post, url, data=body, headers=headers)
    for one in [hand_over() for turn in range(3)]: read(one.result().content)`,
    lines: [
      ...Array(4).fill("main.py:11 ask"),
      ...Array(3).fill("main.py:15 hand_over < main.py:16 <listcomp> < main.py:16 <module>"),
    ],
  },
  "one pool's connections, used by many threads in turn": {
    program: `import concurrent.futures, requests
session = requests.Session()
def first(): return session.post(url, data=body, headers=headers).content
def second(): return session.post(url, data=body, headers=headers).content
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    for one in [pool.submit(what) for what in [first, second] * 20]: read(one.result())`,
    lines: [...Array(20).fill("main.py:11 first"), ...Array(20).fill("main.py:12 second")],
  },
};

const tasks: Readonly<Record<string, Promised>> = {
  "tasks, each by its own line": {
    program: `import asyncio, httpx
async def ask(client):
    read((await client.post(url, content=body, headers=headers)).content)
async def main():
    async with httpx.AsyncClient() as client:
        await asyncio.gather(*[ask(client) for turn in range(5)])
        await asyncio.create_task(ask(client))
asyncio.run(main())`,
    lines: Array(6).fill("main.py:11 ask < main.py:16 <module>"),
  },
  "tasks of a library's coroutine, by the line that made them": {
    program: `import asyncio, httpx
async def main():
    async with httpx.AsyncClient() as client:
        replies = await asyncio.gather(*[client.post(url, content=body, headers=headers) for turn in range(5)])
        task = asyncio.create_task(client.post(url, content=body, headers=headers))
        read((await task).content)
asyncio.run(main())`,
    lines: [
      ...Array(5).fill("main.py:12 main < main.py:15 <module>"),
      "main.py:13 main < main.py:15 <module>",
    ],
  },
  "many of aiohttp's at once": {
    program: `import asyncio, aiohttp
async def ask(session, url):
    async with session.post(url, data=body, headers=headers) as reply:
        read(await reply.read())
async def upload(session):
    async def parts():
        yield body[:9]
        await asyncio.sleep(0)
        yield body[9:]
    async with session.post(url, data=parts(), headers=headers) as reply:
        read(await reply.read())
async def main():
    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*[ask(session, url) for turn in range(60)], upload(session))
asyncio.run(main())`,
    lines: [
      ...Array(60).fill("main.py:11 ask < main.py:23 <module>"),
      "main.py:18 upload < main.py:23 <module>",
    ],
  },
  "a task that hands work to threads": {
    program: `import asyncio, requests
def blocking():
    return requests.post(url, data=body, headers=headers).content
async def main():
    loop = asyncio.get_running_loop()
    read(await loop.run_in_executor(None, blocking))
    read(await asyncio.to_thread(blocking))
    reply = await asyncio.to_thread(requests.post, url, data=body, headers=headers)
    read(reply.content)
asyncio.run(main())`,
    lines: ["main.py:11 blocking", "main.py:11 blocking", "main.py:16 main < main.py:18 <module>"],
  },
};

const processes: Readonly<Record<string, Promised>> = {
  "forked processes, by the line in them": {
    program: `import multiprocessing, requests
def ask(turn):
    return requests.post(url, data=body, headers=headers).content
with multiprocessing.get_context("fork").Pool(2) as pool:
    for text in pool.map(ask, range(4)): read(text)
pid = os.fork()
if pid == 0:
    ask(0)
    os._exit(0)
os.waitpid(pid, 0)`,
    lines: [...Array(4).fill("main.py:11 ask < main.py:12 <module>"), "main.py:11 ask < main.py:16 <module>"],
  },
  "curl, by the line that started it": {
    program: `import subprocess
options = [part for k, v in headers.items() for part in ("-H", f"{k}: {v}")]
def ask():
    return subprocess.run(["curl", "-sS", *options, "--data-binary", "@-", url], input=body, capture_output=True)
read(ask().stdout)
read(ask().stdout)
many = [subprocess.Popen(["curl", "-sS", *options, "-d", body.decode(), url]) for turn in range(4)]
for one in many: one.wait()
os.system("curl -sS https://openrouter.ai/api/v1/models -o /tmp/a")
subprocess.run("curl -sS https://openrouter.ai/api/v1/models -o /tmp/a; true", shell=True)
if os.fork() == 0: os.execvp("curl", ["curl", "-sS", "https://openrouter.ai/api/v1/models", "-o", "/tmp/a"])
os.wait()`,
    lines: [
      "main.py:12 ask < main.py:13 <module>",
      "main.py:12 ask < main.py:14 <module>",
      ...Array(4).fill("main.py:15 <listcomp> < main.py:15 <module>"),
      "main.py:17 <module>",
      "main.py:18 <module>",
      "main.py:19 <module>",
    ],
  },
  "another program's processes, without an environment too, by the line that started them": {
    program: `import subprocess, sys
code = "import urllib.request as r; r.urlopen('https://openrouter.ai/api/v1/models').read()"
subprocess.run([sys.executable, "-c", code], check=True)
subprocess.run([sys.executable, "-c", code], env={}, check=True)
subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)`,
    lines: ["main.py:11 <module>", "main.py:12 <module>", "main.py:13 <module>"],
  },
};

const pythons: Readonly<Record<string, Promised>> = {
  "another program of one's own, with and without an environment": {
    program: `import subprocess, sys
for environment in (os.environ, {}):
    subprocess.run([sys.executable, "worker.py"], env=environment, check=True)`,
    files: {
      "worker.py": `import urllib.request
def work():
    urllib.request.urlopen("https://openrouter.ai/api/v1/models").read()
work()`,
    },
    lines: Array(2).fill("worker.py:3 work < worker.py:4 <module>"),
  },
  "processes that begin anew, by the line in them or the one that started them": {
    program: `import multiprocessing, urllib.request
def ask():
    urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers)).read()
if __name__ == "__main__":
    for way in ("spawn", "forkserver"):
        one = multiprocessing.get_context(way).Process(target=ask)
        one.start()
        one.join()
    one = multiprocessing.get_context("spawn").Process(target=urllib.request.urlopen, args=("https://openrouter.ai/api/v1/models",))
    one.start()
    one.join()`,
    lines: ["main.py:11 ask", "main.py:11 ask", "main.py:18 <module>"],
  },
};

describe("of threads and executors", () => {
  test.each(Object.entries(sync))("%s", (_name, promised) => holds(promised));
});
describe("of tasks", () => {
  test.each(Object.entries(tasks))("%s", (_name, promised) => holds(promised));
});
describe("of processes that are Python's", () => {
  test.each(Object.entries(pythons))("%s", (_name, promised) => holds(promised));
});
describe("of processes", () => {
  test.each(Object.entries(processes))("%s", (_name, promised) => holds(promised));
});
