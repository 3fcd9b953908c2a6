/** Unmodified programs with every client, in every form of request: what is sent arrives, and what is answered comes, byte for byte. */
import { createCipheriv, createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readForm } from "../../server/simulator/multipart.ts";
import { openGatewayWorld, worldKey, type GatewayWorld } from "../gateway-world.ts";
import { clients, everyForm } from "./client-programs.ts";

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

/** No two places of it are alike, so that nothing can be lost, doubled or moved unnoticed. */
const noise = (length: number): Buffer =>
  createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(length));

const event = (content: string): string =>
  `data: {"id":"gen-1","choices":[{"delta":{"content":${JSON.stringify(content)}}}]}\n\n`;
const streamed = [
  ": OPENROUTER PROCESSING\n\n",
  event("gr"),
  event("üße \u{1f600}"),
  'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"cost":0.25}}\n\ndata: [DONE]\n\n',
];
const replies: Readonly<
  Record<string, { readonly type: string; readonly pieces: readonly Uint8Array[]; readonly coding?: string }>
> = {
  plain: {
    type: "application/json",
    pieces: [
      Buffer.from(
        '{"id":"gen-2","model":"m","usage":{"cost":8e-8},"choices":[{"message":{"content":"grüße"}}]}',
      ),
    ],
  },
  stream: { type: "text/event-stream", pieces: streamed.map((text) => Buffer.from(text)) },
  large: { type: "application/octet-stream", pieces: [noise(24 * 2 ** 20)] },
  // What was not asked for is passed on all the same, as it came.
  coded: { type: "application/json", pieces: [gzipSync('{"data":[]}')], coding: "gzip" },
  empty: { type: "text/plain", pieces: [] },
};

let world: GatewayWorld;
let arrived: string[];
/** Requests whose end never comes, once the other side has closed. */
let left: string[];

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.endsWith("asks=arrived") === true) return void response.end(String(arrived.length));
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  const url = new URL(request.url ?? "", "http://upstream.invalid");
  const type = request.headers["content-type"] ?? "";
  const body = type.startsWith("multipart/") ? (readForm(type, whole)?.get("file") ?? whole) : whole;
  arrived.push(
    `${request.method} ${url.pathname.slice(8)} ${digest(body)} ${request.headers.authorization?.slice(-8) ?? "-"}`,
  );
  const { type: replyType, pieces, coding } = replies[url.searchParams.get("reply") ?? "empty"]!;
  if (url.searchParams.has("silent")) return void response.on("close", () => left.push("silent"));
  response.writeHead(200, {
    "Content-Type": replyType,
    ...(coding === undefined ? {} : { "Content-Encoding": coding }),
  });
  const isEndless = url.searchParams.has("endless");
  if (isEndless) response.on("close", () => left.push("mid-stream"));
  for (const piece of pieces) {
    response.write(piece);
    await new Promise(setImmediate);
  }
  if (!isEndless) response.end();
}

beforeAll(async () => {
  world = await openGatewayWorld((request, response) => void answer(request, response));
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  arrived = [];
  left = [];
});

/** `requests`, `httpx` and `aiohttp` undo a coding by themselves; the others hand on what came. */
const decodes = new Set(["requests", "httpx", "httpx async", "aiohttp"]);
const nothing = digest(Buffer.alloc(0));
const replyDigest = (name: string): string => digest(Buffer.concat(replies[name]!.pieces));

test.each(Object.entries(clients))(
  "%s: plain, streamed, large both ways, chunked, as a form, HEAD, OPTIONS, and again after a refusal",
  { timeout: 120_000 },
  async (name, client) => {
    const { stdout, stderr, calls } = await world.run(everyForm(client));
    expect(stderr).toBe("");
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => line.split(" "));
    const sent = new Map(lines.map(([form, , digestOfSent]) => [form, digestOfSent]));
    expect(lines.map(([form, status, , came]) => [form, status, came])).toEqual([
      ["plain", "200", replyDigest("plain")],
      ["stream", "200", replyDigest("stream")],
      ["large", "200", replyDigest("large")],
      ["chunked", "200", replyDigest("plain")],
      ["multipart", "200", replyDigest("plain")],
      ["coded", "200", decodes.has(name) ? digest(Buffer.from('{"data":[]}')) : replyDigest("coded")],
      ["head", "200", nothing],
      ["options", "200", nothing],
      ["refused", "403", "True"],
      ["again", "200", replyDigest("plain")],
    ]);
    const real = worldKey.slice(-8);
    expect(arrived).toEqual([
      `POST chat/completions ${sent.get("plain")} ${real}`,
      `POST chat/completions ${sent.get("stream")} ${real}`,
      `POST embeddings ${sent.get("large")} ${real}`,
      `POST messages ${sent.get("chunked")} ${real}`,
      `POST audio/transcriptions ${sent.get("multipart")} ${real}`,
      `GET models ${nothing} ${real}`,
      `HEAD models ${nothing} ${real}`,
      `OPTIONS chat/completions ${nothing} -`,
      `POST chat/completions ${sent.get("again")} ${real}`,
    ]);
    expect(calls.map(({ state, costText }) => [state, costText])).toEqual([
      ["done", "8e-8"],
      ["done", "0.25"],
      ["unknown", null],
      ["done", "8e-8"],
      ["done", "8e-8"],
      ["done", null],
      ["done", null],
      ["done", null],
      ["failed", null],
      ["done", "8e-8"],
    ]);
  },
);

test(
  "threads, pools, tasks, forks, child processes and children without an environment all reach it",
  { timeout: 60_000 },
  async () => {
    const { stdout, stderr, calls } = await world.run(`
import asyncio, concurrent.futures, json, multiprocessing, os, subprocess, sys, threading
import httpx, requests
url, key = "https://openrouter.ai/api/v1/chat/completions?reply=plain", os.environ["OPENROUTER_API_KEY"]
def post(name):
    reply = requests.post(url, json={"from": name}, headers={"Authorization": "Bearer " + key})
    return f"{name} {reply.status_code}"
async def gather():
    async with httpx.AsyncClient(headers={"Authorization": "Bearer " + key}) as client:
        replies = await asyncio.gather(*(client.post(url, json={"from": f"task {n}"}) for n in range(5)))
    return [f"task {reply.status_code}" for reply in replies]
child = "import json, sys, urllib.request; name, url, key = sys.argv[1:]; " \\
    "print(name, urllib.request.urlopen(urllib.request.Request(url, json.dumps({'from': name}).encode(), {'Authorization': 'Bearer ' + key})).status)"
if __name__ == "__main__":
    said = []
    thread = threading.Thread(target=lambda: said.append(post("thread"))); thread.start(); thread.join()
    with concurrent.futures.ThreadPoolExecutor(3) as pool: said += pool.map(post, ["pooled 1", "pooled 2"])
    said += asyncio.run(gather())
    async def executor(): return await asyncio.get_running_loop().run_in_executor(None, post, "executor")
    said.append(asyncio.run(executor()))
    for method in ("fork", "spawn", "forkserver"):
        with multiprocessing.get_context(method).Pool(1) as pool: said += pool.map(post, [method])
    run = lambda *command, **more: subprocess.run(command, capture_output=True, text=True, check=True, **more).stdout.strip()
    said.append(run(sys.executable, "-c", child, "child", url, key))
    said.append(run(sys.executable, "-c", child, "bare", url, key, env={}))
    said.append(run(sys.executable, "-I", "-S", "-c", child, "isolated", url, key, env={}))
    body = json.dumps({"from": "curl"})
    said.append("curl " + run("/usr/bin/curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Authorization: Bearer " + key, "-d", body, url, env={}))
    pid = os.fork()
    if pid == 0: post("forked"); os._exit(0)
    os.waitpid(pid, 0)
    print("\\n".join(said))
`);
    expect(stderr).toBe("");
    const names = [
      "thread",
      "pooled 1",
      "pooled 2",
      ...Array<string>(5).fill("task"),
      "executor",
      "fork",
      "spawn",
      "forkserver",
    ];
    expect(stdout.trim().split("\n")).toEqual(
      [...names, "child", "bare", "isolated", "curl"].map((name) => `${name} 200`),
    );
    expect(arrived).toHaveLength(17);
    expect(calls.map(({ state, costText }) => `${state} ${costText}`)).toEqual(
      Array<string>(17).fill("done 8e-8"),
    );
  },
);

/** Each first asks for an answer that never begins, with a time limit; then for one that never ends, which it leaves after its first bytes. */
const leavers: Readonly<Record<string, string>> = {
  urllib: `
import urllib.request
def ask(path, **more): return urllib.request.urlopen(urllib.request.Request(base + path, b"{}", headers), **more)
tried(lambda: ask(silent, timeout=2))
with ask(endless) as reply: print(len(reply.read1(10)) > 0)`,
  requests: `
import requests
tried(lambda: requests.post(base + silent, data=b"{}", headers=headers, timeout=(30, 2)))
with requests.post(base + endless, data=b"{}", headers=headers, stream=True) as reply: print(len(next(reply.iter_content(10))) > 0)`,
  httpx: `
import httpx
tried(lambda: httpx.post(base + silent, content=b"{}", headers=headers, timeout=httpx.Timeout(30, read=2)))
with httpx.stream("POST", base + endless, content=b"{}", headers=headers) as reply: print(len(next(reply.iter_bytes(10))) > 0)`,
  aiohttp: `
import asyncio, aiohttp
async def main():
    async with aiohttp.ClientSession(headers=headers) as session:
        try: await session.post(base + silent, data=b"{}", timeout=aiohttp.ClientTimeout(sock_read=2))
        except Exception as error: print(type(error).__name__)
        async with session.post(base + endless, data=b"{}") as reply: print(len(await reply.content.read(10)) > 0)
asyncio.run(main())`,
  "a cancelled task": `
import asyncio, httpx
async def main():
    async with httpx.AsyncClient(headers=headers) as client:
        some = asyncio.Event()
        async def arrival():
            while (await client.get("https://openrouter.ai/api/v1/providers?asks=arrived")).text == "0": pass
        async def ask(path):
            async with client.stream("POST", base + path, content=b"{}") as reply:
                async for _ in reply.aiter_bytes(10): some.set()
        for path, wait in ((silent, arrival), (endless, some.wait)):
            task = asyncio.create_task(ask(path))
            await wait()
            task.cancel()
            try: await task
            except asyncio.CancelledError as error: print(type(error).__name__)
asyncio.run(main())`,
  curl: `
import subprocess
options = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
command = ["curl", "-sSN", *options, "-d", "{}"]
print(subprocess.run([*command, "-m", "2", base + silent], capture_output=True).returncode)
with subprocess.Popen([*command, base + endless], stdout=subprocess.PIPE) as child:
    print(len(child.stdout.read(10)) > 0)
    child.kill()`,
};

test.each(Object.entries(leavers))(
  "%s gives up or goes away: the call is ended upstream, and its row says so",
  { timeout: 60_000 },
  async (_name, leaver) => {
    const { stderr, calls } = await world.run(`
import os
base = "https://openrouter.ai/api/v1/chat/completions?reply=stream"
silent, endless = "&silent=1", "&endless=1"
headers = {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"]}
def tried(ask):
    try: ask()
    except Exception as error: print(type(error).__name__)
${leaver}`);
    expect(stderr).toBe("");
    // What arrived there is closed there; a program that gives up before it was sent on is the rest.
    await expect.poll(() => left.length, { timeout: 20_000 }).toBe(arrived.length);
    expect(left).toContain("mid-stream");
    const asked = calls.filter(({ path }) => !path.includes("providers"));
    const gaveUp = {
      state: arrived.length === 2 ? "unknown" : "failed",
      status: null,
      errorCode: "program-left",
    };
    expect(
      asked.map(({ state, status, errorCode, costText }) => ({ state, status, errorCode, costText })),
    ).toEqual([{ ...gaveUp, costText: null }, expect.objectContaining({ status: 200 })]);
  },
);
