/** The request or the response of a call as it was recorded: headers, and the body laid out when it is JSON. */
import { useMemo } from "preact/hooks";
import type { Call, CallRecord } from "../../contract/calls.ts";
import { formatBytes } from "../shell/format.ts";
import { CopyButton } from "../calls/copy-button.tsx";
import { jsonPieces } from "../recorded/json-pieces.ts";
import { LongText } from "../recorded/long-text.tsx";

/** Laying out more than this would hold up the page; it is shown as it came. */
const laidOutCharacters = 1_000_000;

interface MessageProps {
  readonly kind: "request" | "response";
  readonly message: CallRecord["request"];
  readonly call: Call;
}

export function MessageView({ kind, message, call }: MessageProps) {
  const { headers, text, cut } = message;
  const pieces = useMemo(() => (text.length > laidOutCharacters ? null : jsonPieces(text)), [text]);
  const bytes = kind === "request" ? call.requestBytes : call.responseBytes;
  return (
    <>
      <p class="message-line mono">{kind === "request" ? `${call.method} ${call.path}` : statusLine(call)}</p>
      {cut && (
        <p class="says warn message-cut">
          The recording is cut: the {kind} was {formatBytes(bytes)}, of which the beginning was kept. The
          program got all of it.
        </p>
      )}
      <h3>Headers {headers.length > 0 && <CopyButton text={asText(headers)} label="Copy the headers" />}</h3>
      {headers.length === 0 ? (
        <p class="says">None were recorded.</p>
      ) : (
        <dl class="message-headers">
          {headers.map(([name, value], index) => (
            <div key={index}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {kind === "request" && headers.length > 0 && (
        <p class="says">Authorization is left out; the key is added after recording.</p>
      )}
      <h3>
        Body <em>{formatBytes(bytes)}</em>
        {text !== "" && <CopyButton text={text} label="Copy the body as it was" />}
      </h3>
      {text === "" ? (
        <p class="says">{bodyless(kind, call)}</p>
      ) : (
        <LongText key={kind} text={text} pieces={pieces} kind="code" />
      )}
    </>
  );
}

function statusLine(call: Call): string {
  return call.status === null ? "No reply" : `HTTP ${call.status}`;
}

function bodyless(kind: MessageProps["kind"], call: Call): string {
  const live = call.state === "open" || call.state === "streaming";
  if (kind === "response" && live) return "It stands here when the reply has ended.";
  return kind === "request" ? "The request has no body." : "The reply has no body.";
}

function asText(headers: CallRecord["request"]["headers"]): string {
  return headers.map(([name, value]) => `${name}: ${value}`).join("\n");
}
