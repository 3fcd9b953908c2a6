/** The gateway before the product's own simulator, as a process of its own: every surface is read down to its price. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toCallRecord } from "./call-view.ts";
import { createWorld } from "./gateway-fixture.ts";

const main = fileURLToPath(new URL("../simulator/main.ts", import.meta.url));
let simulator: ChildProcess;
let url: URL;

beforeAll(async () => {
  simulator = spawn(process.execPath, [main, "--port", "0", "--pace", "instant"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: simulator.stdout! }), "line")) as [string];
  url = new URL((JSON.parse(line) as { url: string }).url);
});
afterAll(() => void simulator.kill());

test("every surface, plain and streamed, ends done with model, tokens, price and answer", async () => {
  await using world = await createWorld({ upstream: url });
  const { stdout, stderr } = await world.python(`
import os, requests
session = requests.Session()
session.headers["Authorization"] = "Bearer " + os.environ["OPENROUTER_API_KEY"]
model = next(m["id"] for m in session.get("https://openrouter.ai/api/v1/models").json()["data"] if float(m["pricing"]["prompt"]) > 0)
asks = {
  "chat/completions": {"messages": [{"role": "user", "content": "Say hello."}]},
  "completions": {"prompt": "Say hello."},
  "responses": {"input": "Say hello."},
  "messages": {"max_tokens": 100, "messages": [{"role": "user", "content": "Say hello."}]},
}
for path, body in asks.items():
    for stream in (False, True):
        reply = session.post("https://openrouter.ai/api/v1/" + path, json={"model": model, "stream": stream, **body})
        assert reply.status_code == 200, (path, reply.text)
print("all answered", end="")
`);
  expect({ stdout, stderr }).toEqual({ stdout: "all answered", stderr: "" });
  const [catalogue, ...rows] = await world.settled(9);
  expect(catalogue).toMatchObject({ state: "done", costPicoUsd: null, path: "/api/v1/models" });
  for (const row of rows) {
    expect(row).toMatchObject({
      state: "done",
      status: 200,
      errorMessage: null,
      finishReason: expect.any(String),
    });
    expect(row.costPicoUsd).toBeGreaterThan(0n);
    expect(row.promptTokens).toBeGreaterThan(0);
    expect(row.completionTokens).toBeGreaterThan(0);
    expect(row.generationId).toMatch(/^gen-/);
    expect(row.ttftMs).toBeGreaterThan(0);
    const { answer, events } = toCallRecord(row, world.recordings.get(row.id)!);
    expect(answer).not.toBe(null);
    expect(answer).not.toBe("");
    expect(events.length > 0).toBe(row.stream);
  }
  const answers = rows.map((row) => toCallRecord(row, world.recordings.get(row.id)!).answer);
  for (let i = 0; i < answers.length; i += 2) expect(answers[i]).toBe(answers[i + 1]);
});

test("surfaces that don't chat are recorded with what each can tell, and account and catalogue are read for nothing", async () => {
  await using world = await createWorld({ upstream: url });
  const { stdout, stderr } = await world.python(`
import base64, os, requests
session = requests.Session()
session.headers["Authorization"] = "Bearer " + os.environ["OPENROUTER_API_KEY"]
base = "https://openrouter.ai/api/v1/"
def ask(method, path, **more):
    reply = session.request(method, base + path, **more)
    print(reply.status_code, method, path.split("/video-")[0], len(reply.content) > 0)
    return reply
ask("POST", "embeddings", json={"model": "openai/text-embedding-3-small", "input": ["a", "b"]})
ask("POST", "rerank", json={"model": "cohere/rerank-v3.5", "query": "a", "documents": ["a", "b"]})
ask("POST", "images", json={"model": "openai/gpt-image-1", "prompt": "rain"})
ask("POST", "images", json={"model": "openai/gpt-image-1", "prompt": "rain", "stream": True})
ask("POST", "audio/speech", json={"model": "openai/gpt-4o-mini-tts", "input": "Hello"})
sound = b"\\0" * 40000
ask("POST", "audio/transcriptions", json={"model": "openai/whisper-1", "input_audio": {"data": base64.b64encode(sound).decode(), "format": "wav"}})
ask("POST", "audio/transcriptions", files={"file": ("a.wav", sound)}, data={"model": "openai/whisper-1"})
film = ask("POST", "videos", json={"model": "openai/sora-2", "prompt": "rain"}).json()
ask("GET", "videos/" + film["id"])
ask("GET", "videos/" + film["id"] + "/content")
ask("POST", "batches", json={"endpoint": "/v1/chat/completions", "model": "openai/gpt-4o", "requests": [{"custom_id": "a", "body": {}}]})
for path in ("models/openai/gpt-4o/endpoints", "endpoints/zdr", "providers", "key", "images/models", "videos/models"): ask("GET", path)
ask("GET", "credits")
ask("GET", "keys")
ask("OPTIONS", "chat/completions")
ask("HEAD", "models")
`);
  expect(stderr).toBe("");
  expect(stdout.split("\n").slice(0, -1)).toEqual([
    "200 POST embeddings True",
    "200 POST rerank True",
    "200 POST images True",
    "200 POST images True",
    "200 POST audio/speech True",
    "200 POST audio/transcriptions True",
    "200 POST audio/transcriptions True",
    "202 POST videos True",
    "200 GET videos True",
    "200 GET videos True",
    "202 POST batches True",
    "200 GET models/openai/gpt-4o/endpoints True",
    "200 GET endpoints/zdr True",
    "200 GET providers True",
    "200 GET key True",
    "200 GET images/models True",
    "200 GET videos/models True",
    // OpenRouter's own answer to an ordinary key, and then the gateway's.
    "403 GET credits True",
    "403 GET keys True",
    "204 OPTIONS chat/completions False",
    "200 HEAD models False",
  ]);
  const rows = await world.settled(21);
  const gen = expect.stringMatching(/^gen-/) as string;
  const told = rows.slice(0, 11).map(({ state, model, promptTokens, costText, generationId }) => ({
    state,
    model,
    promptTokens,
    costText,
    generationId,
  }));
  const row = (
    state: string,
    model: string | null,
    promptTokens: number | null,
    costText: string | null,
  ) => ({
    state,
    model,
    promptTokens,
    costText,
    generationId: gen,
  });
  expect(told).toEqual([
    row("done", "openai/text-embedding-3-small", 2, "4e-8"),
    row("done", "cohere/rerank-v3.5", expect.any(Number) as number, "0.001"),
    row("done", "openai/gpt-image-1", 1, "0.04"),
    row("done", "openai/gpt-image-1", 1, "0.04"),
    // Bytes tell no price: it is looked up by the generation's id.
    row("unknown", "openai/gpt-4o-mini-tts", null, null),
    row("done", "openai/whisper-1", 3, "0.006"),
    row("done", "openai/whisper-1", 3, "0.006"),
    row("unknown", "openai/sora-2", null, null),
    // Asking whether a film is done must not count its price again.
    { ...row("done", null, null, null), generationId: null },
    { ...row("done", null, null, null), generationId: null },
    row("unknown", "openai/gpt-4o", null, null),
  ]);
  expect(rows.slice(11).map(({ costPicoUsd }) => costPicoUsd)).toEqual(Array<null>(10).fill(null));
  expect(rows.filter(({ state }) => state === "failed").map(({ path }) => path)).toEqual([
    "/api/v1/credits",
    "/api/v1/keys",
  ]);
});
