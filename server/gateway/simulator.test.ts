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
