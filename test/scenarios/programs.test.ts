/** Programs as they stand in OpenRouter's documentation, with every client, run unchanged in the real sandbox and gateway. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { picoUsd } from "../../server/money.ts";
import { startUpstream, type TestUpstream } from "../upstream.ts";

const canary = `sk-or-v1-${"5eed".repeat(16)}`;
const launcher = new URL("../../bin/openrouter-ide", import.meta.url).pathname;
const folder = new URL("programs/", import.meta.url).pathname;

interface ReportedCall {
  readonly model: string | null;
  readonly path: string;
  readonly status: number | null;
  readonly stream: boolean;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly costUsd: string | null;
  readonly ttftMs: number | null;
  readonly durationMs: number | null;
  readonly generationId: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}
interface Report {
  readonly run: Record<
    "state" | "reason" | "exitCode" | "signal" | "wallMs" | "cpuMs" | "peakBytes",
    unknown
  >;
  readonly calls: readonly ReportedCall[];
}
interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly report: Report;
}

let temporary: string;
let upstream: TestUpstream;
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), "orid-programs-"));
  upstream = await startUpstream({ key: canary, log: join(temporary, "requests.log") });
});
afterAll(async () => {
  await upstream[Symbol.asyncDispose]();
  await rm(temporary, { recursive: true, force: true });
});

/** Of every program that ran so far. */
const allCalls: ReportedCall[] = [];

async function run(file: string): Promise<Ran> {
  const report = join(temporary, `${file}.json`);
  const child = spawn(launcher, ["run", join(folder, file), "--report", report], {
    cwd: temporary,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: temporary,
      OPENROUTER_API_KEY: canary,
      OPENROUTER_BASE_URL: `${upstream.url}/api/v1`,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (stderr += bytes.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const ran = { exitCode, stdout, stderr, report: JSON.parse(await readFile(report, "utf8")) as Report };
  allCalls.push(...ran.report.calls);
  return ran;
}

/** Per program: what it must say, and its calls as path (without /api/v1/), status, and "s" for a stream. */
const promises: Readonly<
  Record<string, { readonly says: RegExp; readonly calls: string; readonly exitCode?: number }>
> = {
  "aiohttp_plain.py": { says: /^200 .*strawberry/, calls: "chat/completions 200" },
  "aiohttp_stream.py": { says: /def fibonacci/, calls: "chat/completions 200 s" },
  "anthropic_messages.py": { says: /1, 2, 3, 4, 5, 6\nTrue/, calls: "messages 200, messages 200 s" },
  "asyncio_gather.py": {
    says: /^number-0 number-1 .*number-5/,
    calls: Array(6).fill("chat/completions 200 s").join(", "),
  },
  "cancel_stream.py": { says: /^10 pieces were enough/, calls: "chat/completions 200 s" },
  "curl_plain.py": { says: /42/, calls: "chat/completions 200" },
  "curl_stream.py": { says: /1, 2, 3, 4, 5, 6, 7, 8\ncurl ended with 0/, calls: "chat/completions 200 s" },
  "embeddings.py": { says: /^1536 The cat sat on the mat\./, calls: "embeddings 200, embeddings 200" },
  "error_retry.py": {
    says: /told to wait 2 s\nopenai\/gpt-4o-mini answered: ok/,
    calls: "chat/completions 429, chat/completions 429, chat/completions 200",
  },
  "errors_by_name.py": {
    says: /^400 nobody\/nothing is not a valid model ID\n404 .*\n400 Invalid JSON body\n502 text\/html/,
    calls: "chat/completions 400, chat/completions 404, chat/completions 400, chat/completions 502",
  },
  "http_client_plain.py": { says: /^200 one\n200 two/, calls: "chat/completions 200, chat/completions 200" },
  "http_client_stream.py": { says: /^text\/event-stream\n.*3, 4, 5/, calls: "chat/completions 200 s" },
  "httpx_async_plain.py": { says: /391/, calls: "chat/completions 200" },
  "httpx_async_stream.py": { says: /Winter/, calls: "chat/completions 200 s" },
  "httpx_plain.py": { says: /^Paris\n25 8\.7e-05/, calls: "chat/completions 200" },
  "httpx_stream.py": { says: /11, 12\ntokens: 40/, calls: "chat/completions 200 s" },
  "key_info.py": { says: /^True\n200 False None/, calls: "key 200" },
  "mid_stream_error.py": { says: /^200\n/, calls: "chat/completions 200 s", exitCode: 3 },
  "model_fallback.py": { says: /^anthropic\/claude-haiku-4\.5 fallback ok/, calls: "chat/completions 200" },
  "models_listing.py": { says: /meta-llama/, calls: "models?supported_parameters=tools 200" },
  "raw_ssl_plain.py": { says: /^HTTP\/1\.1 200 OK\npong/, calls: "chat/completions 200" },
  "raw_ssl_stream.py": { says: /ended with \[DONE\]: True/, calls: "chat/completions 200 s" },
  "reasoning_stream.py": { says: /^reasoned: True/, calls: "chat/completions 200 s" },
  "requests_plain.py": { says: /^200\n/, calls: "chat/completions 200" },
  "requests_session.py": { says: /Your name is Ada/, calls: "chat/completions 200, chat/completions 200" },
  "requests_stream.py": { says: /tallest building/, calls: "chat/completions 200 s" },
  "responses_api.py": { says: /1, 2, 3, 4, 5, 6\nTrue/, calls: "responses 200, responses 200 s" },
  "structured_output.py": { says: /^London/, calls: "chat/completions 200" },
  "structured_output_stream.py": { says: /^\['age', 'colour', 'name'\]/, calls: "chat/completions 200 s" },
  "threads.py": { says: /^4 9 16 25 36 49 64 81/, calls: Array(8).fill("chat/completions 200").join(", ") },
  "tool_call_loop.py": { says: /rounds: 2/, calls: "chat/completions 200, chat/completions 200" },
  "urllib_plain.py": { says: /cost: 0/, calls: "chat/completions 200" },
  "urllib_stream.py": { says: /Grüße aus Köln, こんにちは 🌊/, calls: "chat/completions 200 s" },
};

const shape = (call: ReportedCall): string =>
  `${call.path.replace("/api/v1/", "")} ${call.status}${call.stream ? " s" : ""}`;

describe.concurrent("an unmodified program", () => {
  for (const [file, promise] of Object.entries(promises)) {
    test(`${file} does what it does outside`, async ({ expect }) => {
      const { exitCode, stdout, stderr, report } = await run(file);
      expect(exitCode, stderr).toBe(promise.exitCode ?? 0);
      expect(stdout).toMatch(promise.says);
      expect(report.run).toMatchObject({ exitCode: promise.exitCode ?? 0, signal: null });
      expect(report.calls.map(shape).join(", ")).toBe(promise.calls);
    });
  }

  test("generation_lookup.py waits until the generation can be looked up", async ({ expect }) => {
    const { exitCode, stdout, report } = await run("generation_lookup.py");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^True openai\/gpt-4o True 3\.25e-05/);
    expect(report.calls.at(-1)).toMatchObject({ status: 200, costUsd: null });
  });
});

describe("the report", () => {
  test("says of each call what it was, what it took and what it cost, in the wire's own digits", async () => {
    const { stdout, report } = await run("httpx_plain.py");
    expect(stdout).toContain("8.7e-05");
    const [call] = report.calls;
    expect(call).toMatchObject({
      costUsd: "0.000087",
      promptTokens: 24,
      completionTokens: 1,
      error: null,
      stream: false,
    });
    expect(call?.model).toMatch(/^\w[\w-]*\/\w/);
    expect(call?.generationId).toMatch(/^gen-\d+-\w{20}$/);
    expect(call?.durationMs).toBeGreaterThan(0);
    expect(report.run["state"]).toBe("finished");
    for (const measured of ["wallMs", "cpuMs", "peakBytes"] as const)
      expect(report.run[measured]).toBeGreaterThan(0);
  });

  test("names the error of a stream that failed in the middle, and calls nothing free that is not known", async () => {
    const { report } = await run("mid_stream_error.py");
    expect(report.run).toMatchObject({ state: "failed", reason: "exited with code 3" });
    expect(report.calls[0]).toMatchObject({
      error: { code: "502", message: "Provider disconnected" },
      costUsd: null,
    });
  });
});

test("no program stands in the folder without a promise", async () => {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".py"));
  expect(files.sort()).toEqual([...Object.keys(promises), "generation_lookup.py"].sort());
});

test("what arrived at OpenRouter is what the program sent: its body to the byte, its headers, and our key", async () => {
  await run("http_client_plain.py");
  const arrived = (await upstream.requests())
    .filter((request) => request.url === "/api/v1/chat/completions")
    .at(-1);
  const source = await readFile(join(folder, "http_client_plain.py"), "utf8");
  const body = Buffer.from(arrived?.bodyBase64 ?? "", "base64").toString();
  expect(JSON.parse(body)).toHaveProperty("messages");
  // Python's json.dumps writes ", " and ": "; any re-serialisation would show.
  expect(body).toMatch(/^\{"model": "/);
  const headers = Object.fromEntries(
    (arrived?.headers ?? []).map(([name, value]) => [name.toLowerCase(), value]),
  );
  expect(headers["authorization"]).toBe(`Bearer ${canary}`);
  expect(headers["content-type"]).toBe("application/json");
  expect(source).not.toContain(canary);
});

test("what all reports say was spent, and what they say is not known, is what the account was charged, to the last digit", async () => {
  const ask = async (path: string): Promise<Record<string, number>> => {
    const headers = { authorization: `Bearer ${canary}` };
    const reply = await fetch(`${upstream.url}/api/v1/${path}`, { headers });
    return ((await reply.json()) as { data: Record<string, number> }).data;
  };
  const pico = (usd: number | undefined): bigint => picoUsd((usd ?? NaN).toFixed(12)) ?? -1n;
  let spent = 0n;
  for (const { costUsd, generationId, status } of allCalls) {
    // A stream that was left or broke has no price on the wire; OpenRouter tells it afterwards. Refusals have none at all.
    if (costUsd !== null) spent += picoUsd(costUsd) ?? -1n;
    else if (generationId !== null && status === 200)
      spent += pico((await ask(`generation?id=${generationId}`))["total_cost"]);
  }
  expect(spent).toBeGreaterThan(0n);
  expect(spent).toBe(pico((await ask("key"))["usage"]));
});
