/** What is copied from a call is run for real: OpenRouter's stand-in gets the same request again from each of them. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { copyAs, copyForms } from "../../web/copy-as/forms.ts";
import { ok, outputOf, startProduct, visit, type Product, type Visitor } from "../product.ts";
import { startUpstream, type ArrivedRequest, type TestUpstream } from "../upstream.ts";

const key = `sk-or-v1-${"0dd0".repeat(16)}`;

let folder: string;
let fake: TestUpstream;
let product: Product;
let ann: Visitor;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "orid-copied-"));
  fake = await startUpstream({ key, log: join(folder, "requests.log") });
  product = await startProduct({
    env: { OPENROUTER_API_KEY: key, OPENROUTER_BASE_URL: `${fake.url}/api/v1` },
  });
  ann = await visit(product);
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await fake[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Requests that are hard to write down: quotes, escapes, bidirectional marks, odd numbers, raw and broken bodies, sizes. */
const sending = String.raw`
import http.client, json, os
words = "It's \"quoted\" \\ $HOME ${"`"}id${"`"} !! %s {x} \n\t\r é 😀 ‮ \x07 \u2028 "
chat = {"model": "no/such", "messages": [{"role": "user", "content": words}], "seed": 12345678901234567890, "top_p": 1.0}
for method, path, body, headers in (
    ("POST", "/api/v1/chat/completions", json.dumps(chat), {"X-Title": "Café 'n' \"co\"", "Content-Type": "application/json"}),
    ("POST", "/api/v1/chat/completions", json.dumps(chat | {"stream": True, "seed": 1}, ensure_ascii=False), {"Content-Type": "application/json; charset=utf-8", "Accept": "text/event-stream", "X-Empty": ""}),
    ("POST", "/api/v1/chat/completions", "{broken 'json' \"\r\n", {"Content-Type": "application/json"}),
    ("POST", "/api/v1/completions", "a=1&b=2", {}),
    ("POST", "/api/v1/embeddings", json.dumps({"model": "no/such", "input": "x" * 150_000}), {"Content-Type": "application/json"}),
    ("GET", "/api/v1/generation?id=gen-1%20&x=[a]", None, {}),
):
    at = http.client.HTTPSConnection("openrouter.ai")
    at.putrequest(method, path, skip_accept_encoding=True)
    at.putheader("Authorization", "Bearer " + os.environ["OPENROUTER_API_KEY"])
    data = body.encode() if body is not None else None
    if data is not None:
        at.putheader("Content-Length", str(len(data)))
    for name, value in headers.items():
        at.putheader(name, value.encode())
    at.endheaders(data)
    print(at.getresponse().status)
`;

/** As a user would: each with the key that programs have there. */
const running = `
import subprocess
for command in (["bash", "cURL"], ["python3", "requests_program"], ["python3", "httpx_program"]):
    done = subprocess.run(command, capture_output=True)
    print(done.returncode, done.stderr.decode()[-2000:] if done.returncode else "ok")
`;

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** JSON is compared by what it says, anything else byte by byte. Of headers, those that a program chose. */
function sentBy({ method, url, bodyBase64, headers }: ArrivedRequest): Sent {
  const bytes = Buffer.from(bodyBase64, "base64");
  const chosen = headers.filter(([name]) => /^(x-title|x-empty|content-type)$/i.test(name));
  return {
    method,
    // Some clients encode brackets, others do not; they mean the same.
    url: decodeURIComponent(url),
    body: readable(bytes),
    headers: Object.fromEntries(chosen.map(([name, value]) => [name.toLowerCase(), value])),
  };
}

function readable(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    // Then its bytes count.
    return bytes.toString("base64");
  }
}

test(
  "cURL, requests, httpx and fetch send each recorded request once more, the same",
  { timeout: 120_000 },
  async () => {
    const { run, events } = await ann.run(sending);
    expect(outputOf(events, "stderr")).toBe("");
    expect(run.callCount).toBe(6);
    // Without the server's own look-ups of prices, which come when they come.
    const sent = async () => (await fake.requests()).filter(({ url }) => !url.endsWith("/endpoints"));
    const originals = (await sent()).slice(-6).map(sentBy);
    for (const [at, original] of originals.entries()) {
      const record = ok(await ann.api.getCall({ params: { run: run.id, number: String(at + 1) } }));
      const copied = (name: string): string => {
        const form = copyForms.find((one) => one.name === name);
        const written = form === undefined ? null : copyAs(form, record);
        if (written?.ok !== true) throw new Error(`${name}: ${written?.why}`);
        expect(written.value).not.toContain("sk-or-v1");
        return written.value;
      };
      await inSandbox({
        cURL: copied("cURL"),
        requests_program: copied("requests"),
        httpx_program: copied("httpx"),
      });
      await inNode(copied("fetch"));
      const [curl, requests, httpx, fetch] = (await sent()).slice(-4).map(sentBy);
      expect({ at, curl, requests, httpx, fetch }).toEqual({
        at,
        curl: original,
        requests: original,
        httpx: original,
        fetch: original,
      });
    }
  },
);

async function inSandbox(texts: Readonly<Record<string, string>>): Promise<void> {
  const files = Object.entries(texts).map(([path, content]) => ({
    path,
    content,
    encoding: "utf8" as const,
  }));
  const { events } = await ann.run(running, { files });
  expect(outputOf(events)).toBe("0 ok\n0 ok\n0 ok\n");
}

/** There is no Node in the sandbox; outside of it openrouter.ai is the stand-in's own address. */
async function inNode(text: string): Promise<void> {
  const file = join(folder, "copied.mjs");
  await writeFile(file, text.replaceAll("https://openrouter.ai", fake.url));
  await promisify(execFile)(process.execPath, [file], { env: { OPENROUTER_API_KEY: key } });
}
