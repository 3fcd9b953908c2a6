/** Promises of what is copied from a call: no key, what each form can hold, and a sentence where it can't. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { CallRecord } from "../../contract/calls.ts";
import { copyAs, copyForms } from "./forms.ts";

const chat = { model: "a/b", messages: [{ role: "user", content: 'What\'s "up"?' }] };

function recorded(change: {
  readonly method?: string;
  readonly path?: string;
  readonly stream?: boolean;
  readonly body?: unknown;
  readonly headers?: [string, string][];
  readonly request?: Partial<CallRecord["request"]>;
  readonly replyType?: string;
}): CallRecord {
  const { method = "POST", path = "/api/v1/chat/completions", stream = false, body = chat } = change;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    call: { method, path, stream } as CallRecord["call"],
    request: {
      headers: change.headers ?? [["Content-Type", "application/json"]],
      text,
      isText: true,
      cut: false,
      ...change.request,
    },
    response: {
      headers: [["content-type", change.replyType ?? "application/json"]],
      text: "",
      isText: true,
      cut: false,
    },
    events: [],
    answer: null,
    bill: null,
  };
}

function copied(name: string, record: CallRecord): string {
  const form = copyForms.find((one) => one.name === name);
  if (form === undefined) throw new Error(`no form ${name}`);
  const text = copyAs(form, record);
  return text.ok ? text.value : `can't: ${text.why}`;
}

describe("a copied call", () => {
  test("is a program that a person would write", () => {
    const record = recorded({
      headers: [
        ["Content-Type", "application/json"],
        ["X-Title", "My app"],
      ],
    });
    expect(copied("cURL", record)).toBe(`curl https://openrouter.ai/api/v1/chat/completions \\
  -H "Authorization: Bearer $OPENROUTER_API_KEY" \\
  -H 'Content-Type: application/json' \\
  -H 'X-Title: My app' \\
  --data-raw '{"model":"a/b","messages":[{"role":"user","content":"What'\\''s \\"up\\"?"}]}'
`);
    expect(copied("requests", record)).toBe(`import os

import requests

response = requests.request(
    "POST",
    "https://openrouter.ai/api/v1/chat/completions",
    headers={
        "Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}",
        "X-Title": "My app",
    },
    json={
        "model": "a/b",
        "messages": [{"role": "user", "content": "What's \\"up\\"?"}],
    },
    timeout=600,
)
print(response.status_code)
print(response.text)
`);
    expect(copied("OpenAI SDK", recorded({ body: { ...chat, provider: { only: ["x"] } } }))).toContain(`
client = OpenAI(base_url="https://openrouter.ai/api/v1", api_key=os.environ["OPENROUTER_API_KEY"])
reply = client.chat.completions.create(
    model="a/b",
    messages=[{"role": "user", "content": "What's \\"up\\"?"}],
    extra_body={"provider": {"only": ["x"]}},
)
print(reply.choices[0].message.content)
`);
  });

  test("names the key by its variable in every form", () => {
    for (const { name } of copyForms) expect(copied(name, recorded({}))).toContain("OPENROUTER_API_KEY");
  });

  test("leaves out what each client sets for itself", () => {
    const headers: [string, string][] = [
      ["Host", "openrouter.ai"],
      ["User-Agent", "Python/3"],
      ["Accept-Encoding", "gzip"],
      ["X-Stainless-Lang", "python"],
      ["Content-Length", "3"],
      ["Content-Type", "application/json"],
    ];
    for (const { name } of copyForms) {
      const text = copied(name, recorded({ headers }));
      expect(text).not.toMatch(/Host|User-Agent|Accept-Encoding|Stainless|Content-Length/i);
    }
  });

  test("reads a stream as a stream, and saves a reply that is no text", () => {
    const stream = recorded({ stream: true, body: { ...chat, stream: true } });
    expect(copied("cURL", stream)).toContain("--no-buffer");
    expect(copied("requests", stream)).toContain("iter_lines");
    expect(copied("httpx", stream)).toContain("with httpx.stream(");
    expect(copied("OpenAI SDK", stream)).toContain("for chunk in reply:");
    expect(copied("fetch", stream)).toContain("for await");
    const speech = recorded({ path: "/api/v1/audio/speech", replyType: "audio/mpeg" });
    for (const name of ["cURL", "requests", "httpx", "fetch"])
      expect(copied(name, speech)).toContain("reply.bin");
  });

  test("keeps a body's text where a program of values would change it", () => {
    const odd = '{"model":"a/b","messages":[],"seed":1.00000000000000000001}';
    expect(copied("requests", recorded({ body: odd }))).toContain('data="{\\"model\\"');
    expect(copied("fetch", recorded({ body: odd }))).toContain('body: "{\\"model\\"');
    expect(copied("OpenAI SDK", recorded({ body: odd }))).toMatch(/^can't: .*send the same/);
    expect(copied("httpx", recorded({ body: "{broken" }))).toContain('content="{broken".encode()');
  });

  test("passes a body through a pipe when no argument could hold it", () => {
    const long = copied("cURL", recorded({ body: { ...chat, user: "x".repeat(200_000) } }));
    expect(long).toMatch(/^printf '%s' '\{"model"/);
    expect(long).toContain("--data-binary @-");
  });
});

describe("what can't be copied says why", () => {
  test.each([
    [recorded({ request: { cut: true } }), /larger than what is recorded/],
    [recorded({ request: { isText: false, text: "[12 bytes of image/png]" } }), /no text/],
    [recorded({ body: "a\0b" }), /NUL/],
    [recorded({ path: "https://example.com/" }), /address/],
  ])("in every form", (record, why) => {
    for (const { name } of copyForms) expect(copied(name, record)).toMatch(why);
  });

  test("in the SDK's own terms", () => {
    const sdk = (change: Parameters<typeof recorded>[0]): string => copied("OpenAI SDK", recorded(change));
    expect(sdk({ path: "/api/v1/messages" })).toMatch(/no method for this address/);
    expect(sdk({ path: "/api/v1/chat/completions?a=1" })).toMatch(/query/);
    expect(sdk({ body: { models: ["a/b"], messages: [] } })).toMatch(/names no model/);
    expect(sdk({ body: "{broken" })).toMatch(/no JSON object/);
  });
});

test("a program for the SDK says, all its parts put together, what was sent", () => {
  const bodies: readonly (readonly [string, Record<string, unknown>])[] = [
    [
      "chat/completions",
      { ...chat, models: ["c/d"], stream: true, temperature: null, provider: { sort: "price" } },
    ],
    ["chat/completions", { ...chat, stream: "yes", tools: [{ type: "function", function: { name: "f" } }] }],
    ["completions", { model: "a/b", prompt: "x", max_tokens: 3, transforms: ["middle-out"] }],
    ["responses", { model: "a/b", input: "x", reasoning: { effort: "low" }, plugins: [{ id: "web" }] }],
    ["embeddings", { model: "a/b", input: ["x"], encoding_format: "float", dimensions: 3 }],
  ];
  const pairs = bodies.map(([path, body]) => [
    copied("OpenAI SDK", recorded({ path: `/api/v1/${path}`, body })),
    JSON.stringify(body),
  ]);
  const code = `
import ast, json, sys
for program, body in json.load(sys.stdin):
    tree = ast.parse(program)
    call = next(one.value for one in tree.body if isinstance(one, ast.Assign) and one.targets[0].id == "reply")
    sent = {one.arg: ast.literal_eval(one.value) for one in call.keywords}
    sent.update(sent.pop("extra_body", {}))
    assert sent == json.loads(body), (sent, body)
print("all")`;
  const says = execFileSync("/usr/bin/python3", ["-c", code], {
    input: JSON.stringify(pairs),
    encoding: "utf8",
  });
  expect(says).toBe("all\n");
});
