/** Promises of the simulator as a process of its own and embedded, kept with clients that people really use. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEmbeddedSimulator } from "./embedded.ts";
import { instantPace } from "./exchange.ts";

const run = promisify(execFile);
const key = `sk-or-v1-${"c0de".repeat(16)}`;
let directory: string;
let child: ChildProcess;
let url: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "orid-sim-"));
  const main = new URL("main.ts", import.meta.url).pathname;
  child = spawn(
    process.execPath,
    [main, "--port", "0", "--key", key, "--log", join(directory, "log"), "--pace", "instant"],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  url = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`ended with ${code}`)));
    if (child.stdout)
      createInterface({ input: child.stdout }).once("line", (line) => resolve(JSON.parse(line).url));
  });
});
afterAll(async () => {
  await end();
  await rm(directory, { recursive: true });
});

/** Ends the process as an operator would; gives its exit code. */
async function end(): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  return ended;
}

test("curl reads a stream of the simulator's own process, and the log tells what arrived", async () => {
  const body =
    '{"model": "openai/gpt-4o-mini", "stream": true, "messages": [{"role": "user", "content": "Say ok"}]}';
  const { stdout } = await run("curl", [
    "-sSN",
    `${url}/api/v1/chat/completions`,
    "-H",
    `Authorization: Bearer ${key}`,
    "-H",
    "X-Odd: yes",
    "-d",
    body,
  ]);
  expect(stdout).toContain('"delta":{"content":"ok","role":"assistant"}');
  expect(stdout.endsWith("data: [DONE]\n\n")).toBe(true);
  const lines = (await readFile(join(directory, "log"), "utf8")).trim().split("\n");
  const last = JSON.parse(lines.at(-1) ?? "");
  expect(last).toMatchObject({ method: "POST", url: "/api/v1/chat/completions" });
  expect(last.headers).toContainEqual(["X-Odd", "yes"]);
  expect(Buffer.from(last.bodyBase64, "base64").toString()).toBe(body);
});

test("curl shows a wrong key's refusal", async () => {
  const { stdout } = await run("curl", [
    "-sS",
    `${url}/api/v1/key`,
    "-H",
    `Authorization: Bearer ${key.replace("c0de", "beef")}`,
  ]);
  expect(JSON.parse(stdout)).toEqual({ error: { code: 401, message: "User not found." } });
});

test("Python's requests, httpx and urllib read plain replies and streams, odd framing included", async () => {
  const program = `
import json, sys, urllib.request
import httpx, requests
base, key = sys.argv[1:]
head = {"Authorization": f"Bearer {key}"}
def body(model, stream): return {"model": model, "stream": stream, "messages": [{"role": "user", "content": "Say \\"Grüße 👍🏽\\""}]}
def joined(lines):
    text = ""
    for line in map(str.rstrip, lines):
        if line.startswith("data: ") and line != "data: [DONE]":
            text += json.loads(line[6:])["choices"][0]["delta"]["content"]
    return text
out = [requests.post(base, headers=head, json=body("openai/gpt-4o", False)).json()["choices"][0]["message"]["content"]]
for model in ("openai/gpt-4o", "simulator/framing-split", "simulator/framing-crlf", "simulator/framing-joined"):
    with requests.post(base, headers=head, json=body(model, True), stream=True) as reply:
        out.append(joined(line.decode() for line in reply.iter_lines()))
    with httpx.stream("POST", base, headers=head, json=body(model, True)) as reply:
        out.append(joined(reply.iter_lines()))
made = urllib.request.Request(base, json.dumps(body("openai/gpt-4o", True)).encode(), head)
with urllib.request.urlopen(made) as reply:
    out.append(joined(line.decode() for line in reply))
print(json.dumps(out))
`;
  const { stdout } = await run("/usr/bin/python3", ["-c", program, `${url}/api/v1/chat/completions`, key]);
  expect(JSON.parse(stdout)).toEqual(Array.from({ length: 10 }, () => "Grüße 👍🏽"));
});

test("embedded, it listens on a socket of its own and takes it away at the end", async () => {
  const home = join(directory, "embedded");
  const simulator = await startEmbeddedSimulator(home, { pace: instantPace });
  expect((await stat(home)).mode & 0o777).toBe(0o700);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request({ socketPath: simulator.socketPath, path: "/api/v1/models" }, (reply) => {
      reply.resume();
      reply.once("end", () => resolve(reply.statusCode));
    })
      .once("error", reject)
      .end();
  });
  expect(status).toBe(200);
  await simulator.close();
  await expect(stat(simulator.socketPath)).rejects.toThrow("ENOENT");
});

test("a socket that a killed server left behind is no hindrance; a path too long for a socket is told", async () => {
  const home = join(directory, "again");
  const first = await startEmbeddedSimulator(home, { pace: instantPace });
  const second = await startEmbeddedSimulator(home, { pace: instantPace });
  await second.close();
  await first.close();
  await expect(startEmbeddedSimulator(join(directory, "x".repeat(120)))).rejects.toThrow(
    "too long for a socket",
  );
});

test("the process ends by itself on SIGTERM", async () => {
  expect(await end()).toBe(0);
});
