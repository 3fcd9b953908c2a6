/** What was said, turn by turn: words as rendered Markdown or as text, thoughts folded, calls of tools with their arguments laid out. */
import "./conversation.css";
import { useSignal } from "@preact/signals";
import { CopyButton } from "../calls/copy-button.tsx";
import { CodeBlock } from "../recorded/code-block.tsx";
import { LongText } from "../recorded/long-text.tsx";
import { formatBytes, formatCount } from "../shell/format.ts";
import { finishWords } from "./finish-words.ts";
import type { Conversation, OfferedTool, Part, Turn } from "./conversation.ts";
import { MarkdownView, WebLink } from "./markdown-view.tsx";
import { PictureView } from "./picture-view.tsx";
import { webAddress } from "./web-address.ts";

/** More turns than this are drawn when asked for. */
const shownTurns = 60;

export function ConversationView({ conversation }: { readonly conversation: Conversation }) {
  const isPlain = useSignal(false);
  const all = useSignal(false);
  const { turns, tools, error } = conversation;
  // The newest turns are what one came for.
  const hidden = all.value ? 0 : Math.max(0, turns.length - shownTurns);
  return (
    <div class="conversation">
      <div class="conversation-tools">
        <span>{turns.length === 1 ? "1 message" : `${formatCount(turns.length)} messages`}</span>
        <span class="spacer" />
        <button
          type="button"
          class="btn btn-sm"
          aria-pressed={isPlain.value}
          title="Show the words as they were written, without Markdown"
          onClick={() => (isPlain.value = !isPlain.value)}
        >
          As text
        </button>
      </div>
      {tools.length > 0 && <Tools tools={tools} />}
      {hidden > 0 && (
        <button type="button" class="btn btn-sm" onClick={() => (all.value = true)}>
          Show {formatCount(hidden)} earlier messages
        </button>
      )}
      <ol class="turns" aria-label="Messages">
        {turns.slice(hidden).map((turn, index) => (
          <OneTurn key={hidden + index} turn={turn} isPlain={isPlain.value} />
        ))}
      </ol>
      {error !== null && (
        <p class="says bad" role="note">
          Then it failed: {error}
        </p>
      )}
    </div>
  );
}

function OneTurn({ turn, isPlain }: { readonly turn: Turn; readonly isPlain: boolean }) {
  const said = turn.parts.flatMap((part) => (part.kind === "text" ? part.text : [])).join("\n\n");
  return (
    <li class={`turn ${roleClass(turn.role)}`}>
      <div class="turn-head">
        <strong>{turn.role}</strong>
        {turn.name !== null && <span>{turn.name}</span>}
        {turn.choice !== null && <span>choice {turn.choice + 1}</span>}
        <span class="spacer" />
        {said !== "" && <CopyButton text={said} label={`Copy what ${turn.role} said`} />}
      </div>
      {turn.parts.length === 0 && <p class="part-note">No words.</p>}
      <Parts parts={turn.parts} isPlain={isPlain} />
      {turn.finish !== null && <p class="turn-finish">{finishWords(turn.finish)}</p>}
    </li>
  );
}

const knownRoles = new Set(["system", "developer", "user", "assistant", "tool"]);
const roleClass = (role: string): string => (knownRoles.has(role) ? role : "");

function Parts({ parts, isPlain }: { readonly parts: readonly Part[]; readonly isPlain: boolean }) {
  return (
    <>
      {parts.map((part, index) => (
        <OnePart key={index} part={part} isPlain={isPlain} />
      ))}
    </>
  );
}

function OnePart({ part, isPlain }: { readonly part: Part; readonly isPlain: boolean }) {
  switch (part.kind) {
    case "text":
      return isPlain ? <LongText text={part.text} kind="words" /> : <MarkdownView text={part.text} />;
    case "reasoning":
      return <Reasoning part={part} isPlain={isPlain} />;
    case "refusal":
      return (
        <div class="part-refusal" role="note">
          <strong>Refused</strong> {part.text}
        </div>
      );
    case "tool-call":
      return (
        <div class="part-tool">
          <div class="part-title">
            calls <code>{part.name === "" ? "a tool without a name" : part.name}</code>
            <ToolId id={part.id} />
          </div>
          {part.input === "" ? (
            <p class="part-note">Without arguments.</p>
          ) : (
            <CodeBlock
              text={part.input}
              language={isJson(part.input) ? "json" : "not valid JSON"}
              label="Copy the arguments"
            />
          )}
        </div>
      );
    case "tool-result":
      return (
        <div class="part-tool">
          <div class="part-title">
            result
            <ToolId id={part.id} />
          </div>
          <ToolResult parts={part.parts} isPlain={isPlain} />
        </div>
      );
    case "image":
      return <PictureView url={part.url} />;
    case "media":
      return <Media part={part} />;
    case "citation":
      return (
        <p class="part-note">
          Source:{" "}
          <WebLink address={webAddress(part.url)} written={part.url}>
            {part.title ?? part.url}
          </WebLink>
        </p>
      );
    case "other":
      break;
  }
  return (
    <div class="part-tool">
      <div class="part-title">
        <code>{part.type === "" ? "unnamed part" : part.type}</code>
      </div>
      <CodeBlock text={part.json} language="json" label="Copy the part" />
    </div>
  );
}

function ToolId({ id }: { readonly id: string | null }) {
  return id === null ? null : (
    <span class="part-id mono" title={id}>
      {id}
    </span>
  );
}

/** Results are mostly JSON in a text. */
function ToolResult({ parts, isPlain }: { readonly parts: readonly Part[]; readonly isPlain: boolean }) {
  if (parts.length === 0) return <p class="part-note">It returned nothing.</p>;
  return (
    <>
      {parts.map((part, index) =>
        part.kind === "text" && /^\s*[{[]/.test(part.text) && isJson(part.text) ? (
          <CodeBlock key={index} text={part.text} language="json" label="Copy the result" />
        ) : part.kind === "text" ? (
          <LongText key={index} text={part.text} kind="words" />
        ) : (
          <OnePart key={index} part={part} isPlain={isPlain} />
        ),
      )}
    </>
  );
}

function Reasoning({
  part,
  isPlain,
}: {
  readonly part: Extract<Part, { kind: "reasoning" }>;
  readonly isPlain: boolean;
}) {
  if (part.text === "") return <p class="part-note">Reasoning, {part.about ?? "empty"}.</p>;
  return (
    <details class="part-reasoning" open>
      <summary>
        Reasoning{part.about === null ? "" : `, ${part.about}`}, {formatCount(part.text.length)} characters
      </summary>
      {isPlain ? <LongText text={part.text} kind="words" /> : <MarkdownView text={part.text} />}
    </details>
  );
}

const mediaWords = { audio: "Sound", video: "Video", file: "File" } as const;

function Media({ part }: { readonly part: Extract<Part, { kind: "media" }> }) {
  return (
    <p class="part-note">
      {mediaWords[part.what]}
      {part.name !== null && ` “${part.name}”`}
      {part.bytes !== null && `, ${formatBytes(part.bytes)}`}
      {part.url !== null && (
        <>
          , not fetched:{" "}
          <WebLink address={webAddress(part.url)} written={part.url} isPlain>
            {part.url.slice(0, 300)}
          </WebLink>
        </>
      )}
    </p>
  );
}

function Tools({ tools }: { readonly tools: readonly OfferedTool[] }) {
  return (
    <details class="conversation-offers">
      <summary>
        {tools.length === 1 ? "1 tool on offer" : `${tools.length} tools on offer`}:{" "}
        {tools
          .map(({ name }) => name)
          .join(", ")
          .slice(0, 200)}
      </summary>
      {tools.map(({ name, description, parameters }, index) => (
        <div key={index} class="part-tool">
          <div class="part-title">
            <code>{name}</code>
          </div>
          {description !== null && <p>{description}</p>}
          {parameters !== null && (
            <CodeBlock text={parameters} language="json" label={`Copy the parameters of ${name}`} />
          )}
        </div>
      ))}
    </details>
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // A model may write anything where JSON belongs; it is said beside it.
    return false;
  }
}
