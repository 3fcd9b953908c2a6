/** A recorded request as a program for `requests` and one for `httpx`; the key comes from the environment. */
import { withoutPlainJson, type Copied, type CopiedRequest } from "./copied-request.ts";
import { bracketed, literal, python, pythonBytes, pythonString } from "./literals.ts";

type Part = (indent: string) => string;

export function asRequests(request: CopiedRequest): Copied<string> {
  const { stream, savesReply } = request;
  const call = sentBy("requests", request, "data", [
    ...(stream ? [() => "stream=True"] : []),
    () => "timeout=600",
  ]);
  const reply = stream
    ? `${call("response")}
# Server-sent events are UTF-8; requests would take text for Latin-1.
response.encoding = "utf-8"
for line in response.iter_lines(decode_unicode=True):
    print(line)
`
    : `${call("response")}\n${shownReply(savesReply)}`;
  return { ok: true, value: `import os\n\nimport requests\n\n${reply}` };
}

export function asHttpx(request: CopiedRequest): Copied<string> {
  const call = sentBy("httpx", request, "content", [() => "timeout=600"]);
  const reply = request.stream
    ? `${call(null)}
    for line in response.iter_lines():
        print(line)
`
    : `${call("response")}\n${shownReply(request.savesReply)}`;
  return { ok: true, value: `import os\n\nimport httpx\n\n${reply}` };
}

const shownReply = (savesReply: boolean): string =>
  savesReply
    ? 'print(response.status_code)\nwith open("reply.bin", "wb") as file:\n    file.write(response.content)\n'
    : "print(response.status_code)\nprint(response.text)\n";

/** `into` is the variable that takes the reply; null: a `with` block of httpx's streams. */
function sentBy(
  library: "requests" | "httpx",
  request: CopiedRequest,
  rawName: "data" | "content",
  more: readonly Part[],
): (into: string | null) => string {
  const { url, method, body, json } = request;
  // `json=None` is no body for either of them; anything but these two goes as its text.
  const tree = json !== null && (json.kind === "object" || json.kind === "array") && python.holds(json);
  const headers = tree ? withoutPlainJson(request.headers) : request.headers;
  const pairs: Part[] = [
    () => `"Authorization": f"Bearer {os.environ['OPENROUTER_API_KEY']}"`,
    ...headers.map(
      ([name, value]): Part =>
        () =>
          `${pythonString(name)}: ${/^[\x20-\x7e]*$/.test(value) ? pythonString(value) : pythonBytes(value)}`,
    ),
  ];
  const sent: Part[] = [
    (indent) => `headers=${bracketed("{", pairs, "}", indent)}`,
    ...(tree ? [(indent: string) => `json=${literal(json, python, indent)}`] : []),
    ...(!tree && body !== null ? [() => `${rawName}=${pythonString(body)}.encode()`] : []),
    ...more,
  ];
  const parts: Part[] = [() => pythonString(method), () => pythonString(url), ...sent];
  return (into) =>
    into === null
      ? `with ${bracketed(`${library}.stream(`, parts, ")", "")} as response:`
      : `${into} = ${bracketed(`${library}.request(`, parts, ")", "")}`;
}
