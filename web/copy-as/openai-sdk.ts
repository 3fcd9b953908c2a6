/** A recorded request as a program for the `openai` package: what its method does not name goes by `extra_body`. */
import { cannot, type Copied, type CopiedRequest } from "./copied-request.ts";
import type { Json } from "./json-tree.ts";
import { bracketed, literal, python, pythonString } from "./literals.ts";

interface Surface {
  readonly method: string;
  /** Without these the method can't be called. */
  readonly required: readonly string[];
  /** Parameters that its method has had for long, by whatever version is installed. */
  readonly named: readonly string[];
  readonly plain: string;
  readonly streamed: string;
}

const sampling =
  "frequency_penalty logit_bias logprobs max_tokens n presence_penalty seed stop temperature top_p user";

/** By path; the SDK's methods for them (openai-python, `resources/`). */
const surfaces: Readonly<Record<string, Surface>> = {
  "/api/v1/chat/completions": {
    method: "chat.completions.create",
    required: ["model", "messages"],
    named: `${sampling} stream response_format tools tool_choice top_logprobs`.split(" "),
    plain: "print(reply.choices[0].message.content)\n",
    streamed: `for chunk in reply:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
print()
`,
  },
  "/api/v1/completions": {
    method: "completions.create",
    required: ["model", "prompt"],
    named: `${sampling} stream best_of echo suffix`.split(" "),
    plain: "print(reply.choices[0].text)\n",
    streamed: `for chunk in reply:
    if chunk.choices:
        print(chunk.choices[0].text, end="", flush=True)
print()
`,
  },
  "/api/v1/responses": {
    method: "responses.create",
    required: ["model", "input"],
    named:
      "instructions max_output_tokens metadata parallel_tool_calls reasoning store stream temperature text tool_choice tools top_p truncation user".split(
        " ",
      ),
    plain: "print(reply.output_text)\n",
    streamed: `for event in reply:
    if event.type == "response.output_text.delta":
        print(event.delta, end="", flush=True)
print()
`,
  },
  "/api/v1/embeddings": {
    method: "embeddings.create",
    required: ["model", "input"],
    named: ["dimensions", "encoding_format", "user"],
    plain: "print(len(reply.data), len(reply.data[0].embedding))\n",
    streamed: "",
  },
};

export function asOpenAiSdk(request: CopiedRequest): Copied<string> {
  const { path, method, json } = request;
  const [pathOnly = "", query] = path.split("?", 2);
  const surface = method === "POST" ? surfaces[pathOnly] : undefined;
  if (surface === undefined)
    return cannot("The OpenAI SDK has no method for this address; copy it as requests or httpx.");
  if (query !== undefined)
    return cannot("It has a query, which this method of the OpenAI SDK does not send.");
  if (json?.kind !== "object" || !python.holds(json))
    return cannot("Its body is no JSON object that the OpenAI SDK would send the same.");
  const body = new Map(json.entries);
  const missing = surface.required.find((name) => !body.has(name));
  if (missing !== undefined)
    return cannot(`It names no ${missing}, without which the OpenAI SDK's method can't be called.`);
  return { ok: true, value: program(request, surface, body) };
}

function program({ headers }: CopiedRequest, surface: Surface, body: ReadonlyMap<string, Json>): string {
  // The SDK takes `stream` for its own reading, too, and for nothing but a yes or no.
  const fits = (name: string, value: Json): boolean =>
    name !== "stream" || (value.kind === "word" && value.word !== "null");
  const isNamed = (name: string, value: Json): boolean =>
    (surface.required.includes(name) || surface.named.includes(name)) && fits(name, value);
  const named = [...body].filter(([name, value]) => isNamed(name, value));
  const extra = [...body].filter(([name, value]) => !isNamed(name, value));
  const own = headers.filter(
    ([name, value]) => !/^(?:accept|content-type|openai-.*)$/i.test(name) && /^[\x20-\x7e]*$/.test(value),
  );
  const argument =
    (name: string, value: Json) =>
    (indent: string): string =>
      `${name}=${literal(value, python, indent)}`;
  const parts = [
    ...named.map(([name, value]) => argument(name, value)),
    // It would ask for base64 by itself.
    ...(surface.method === "embeddings.create" && !body.has("encoding_format")
      ? [() => 'encoding_format="float"']
      : []),
    ...(extra.length === 0 ? [] : [argument("extra_body", { kind: "object", entries: extra })]),
    ...(own.length === 0
      ? []
      : [
          (indent: string) =>
            `extra_headers=${bracketed(
              "{",
              own.map(
                ([name, value]) =>
                  () =>
                    `${pythonString(name)}: ${pythonString(value)}`,
              ),
              "}",
              indent,
            )}`,
        ]),
  ];
  const stream = body.get("stream");
  const isStreamed = stream?.kind === "word" && stream.word === "true" && surface.streamed !== "";
  const base = "https://openrouter.ai/api/v1";
  return `import os

from openai import OpenAI

client = OpenAI(base_url="${base}", api_key=os.environ["OPENROUTER_API_KEY"])
reply = ${bracketed(`client.${surface.method}(`, parts, ")", "")}
${isStreamed ? surface.streamed : surface.plain}`;
}
