/** A recorded request as JavaScript for `fetch`, as a module of Node. */
import { headerOf, type Copied, type CopiedRequest } from "./copied-request.ts";
import { bracketed, javaScript, javaScriptString, literal } from "./literals.ts";

export function asFetch(request: CopiedRequest): Copied<string> {
  const { url, method, headers, body, json } = request;
  if (body !== null && (method === "GET" || method === "HEAD"))
    return { ok: false, why: `It sent a body with ${method}, which fetch refuses.` };
  const pairs = [
    () => "Authorization: `Bearer ${process.env.OPENROUTER_API_KEY}`",
    ...headers.map(
      ([name, value]) =>
        () =>
          `${javaScript.key(name)}: ${javaScriptString(value)}`,
    ),
  ];
  const content = (indent: string): string => {
    if (json !== null && javaScript.holds(json))
      return `JSON.stringify(${literal(json, javaScript, indent)})`;
    const text = javaScriptString(body ?? "");
    // A string would be called text/plain.
    return headerOf(headers, "content-type") === undefined ? `new TextEncoder().encode(${text})` : text;
  };
  const options = bracketed(
    "{",
    [
      () => `method: ${javaScriptString(method)}`,
      (indent) => `headers: ${bracketed("{", pairs, "}", indent)}`,
      ...(body === null ? [] : [(indent: string) => `body: ${content(indent)}`]),
    ],
    "}",
    "",
  );
  return {
    ok: true,
    value: `${request.savesReply ? importing : ""}const response = await fetch(${javaScriptString(url)}, ${options});\n${reading(request)}`,
  };
}

const importing = 'import { writeFile } from "node:fs/promises";\n\n';

function reading({ stream, savesReply }: CopiedRequest): string {
  if (stream)
    return `for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    process.stdout.write(text);
}
`;
  return savesReply
    ? 'console.log(response.status);\nawait writeFile("reply.bin", response.body);\n'
    : "console.log(response.status);\nconsole.log(await response.text());\n";
}
