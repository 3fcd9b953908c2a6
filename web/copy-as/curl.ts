/** A recorded request as a command for bash: every character of it stands in quotes, the key is a variable. */
import { headerOf, type Copied, type CopiedRequest } from "./copied-request.ts";

/** Linux takes no longer argument than 128 KiB; a longer body goes through a pipe, which `printf` of the shell fills. */
const longestArgument = 100_000;

export function asCurl(request: CopiedRequest): Copied<string> {
  const { method, url, headers, body } = request;
  const parts = [`curl ${bashWord(url)}`];
  if (/[[\]{}]/.test(url)) parts.push("--globoff");
  if (/\/\.\.?(?:\/|$|\?)/.test(url)) parts.push("--path-as-is");
  if (method === "HEAD") parts.push("--head");
  else if (method !== (body === null ? "GET" : "POST")) parts.push(`-X ${bashWord(method)}`);
  if (request.stream) parts.push("--no-buffer");
  parts.push(`-H "Authorization: Bearer $OPENROUTER_API_KEY"`);
  for (const [name, value] of headers)
    parts.push(`-H ${bashWord(value === "" ? `${name};` : `${name}: ${value}`, oneByteEach)}`);
  // curl would call any body a form.
  if (body !== null && headerOf(headers, "content-type") === undefined) parts.push("-H 'Content-Type:'");
  const piped = body !== null && utf8.encode(body).length > longestArgument;
  if (body !== null) parts.push(piped ? "--data-binary @-" : `--data-raw ${bashWord(body)}`);
  if (request.savesReply) parts.push("--output reply.bin");
  const command = `${parts.join(" \\\n  ")}\n`;
  return { ok: true, value: piped ? `printf '%s' ${bashWord(body)} | \\\n${command}` : command };
}

const utf8 = new TextEncoder();
/** Header values are Latin-1: a character is a byte. */
const oneByteEach = (text: string): Uint8Array => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

/** All that a terminal does nothing with but show it. */
const shown = /^(?:[^\p{C}\p{Zl}\p{Zp}\p{Zs}]|[ \n])*$/u;

/**
 * One word of bash that is exactly this text. Plain quotes where everything in it can be seen; else `$'…'`, with the bytes
 * of what can't (as `encode` has them), so that pasting it does nothing else.
 */
export function bashWord(text: string, encode: (text: string) => Uint8Array = (t) => utf8.encode(t)): string {
  if (/^[\w./:=@%+,-]+$/.test(text)) return text;
  const isPlain = encode === oneByteEach ? /^[\x20-\x7e]*$/ : shown;
  if (isPlain.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const written = Array.from(text, (sign) =>
    // An interactive shell may take ! for its history, even here.
    isPlain.test(sign) && sign !== "!"
      ? sign.replace(/[\\']/, String.raw`\$&`)
      : [...encode(sign)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""),
  );
  return `$'${written.join("")}'`;
}
