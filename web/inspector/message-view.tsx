/** The request or the reply of a call: as a conversation, as a tree, or as it was on the wire; only what applies is offered. */
import { useMemo } from "preact/hooks";
import type { Signal } from "@preact/signals";
import type { CallRecord } from "../../contract/calls.ts";
import { ConversationView } from "../conversation/conversation-view.tsx";
import { eventValue, replyConversation, requestConversation } from "../conversation/read-conversation.ts";
import { jsonRoot } from "../recorded/json-tree.ts";
import { RawView } from "../recorded/raw-view.tsx";
import { TreeView } from "../recorded/tree-view.tsx";
import { useInSlices } from "../recorded/use-in-slices.ts";
import { formatBytes, formatCount } from "../shell/format.ts";
import { eventsAsJson } from "./events-json.ts";

export const messageForms = ["Conversation", "Tree", "Raw"] as const;
export type MessageForm = (typeof messageForms)[number];

interface MessageProps {
  readonly kind: "request" | "response";
  readonly record: CallRecord;
  /** What was chosen last, for either message; the first that applies is shown until then. */
  readonly chosen: Signal<MessageForm | null>;
}

export function MessageView(props: MessageProps) {
  const { kind, record } = props;
  const values = useInSlices(kind === "response" ? record.events : noEvents, eventValue);
  if (record[kind].text === "") return <p class="says view-words">{bodyless(kind, record)}</p>;
  if (values === null) {
    return <p class="says view-words">Reading {formatCount(record.events.length)} events…</p>;
  }
  return <Message {...props} values={values} />;
}

const noEvents: CallRecord["events"] = [];

function Message({ kind, record, chosen, values }: MessageProps & { readonly values: readonly unknown[] }) {
  const { call } = record;
  const { text, cut } = record[kind];
  const conversation = useMemo(
    () => (kind === "request" ? requestConversation(record) : replyConversation(record, values)),
    [kind, record, values],
  );
  const isStream = values.length > 0;
  const hasTree = useMemo(() => isStream || jsonRoot(text) !== null, [isStream, text]);
  const bytes = kind === "request" ? call.requestBytes : call.responseBytes;
  const offered = messageForms.filter(
    (form) => form === "Raw" || (form === "Tree" ? hasTree : conversation !== null),
  );
  const form = chosen.value !== null && offered.includes(chosen.value) ? chosen.value : offered[0];
  const isTree = form === "Tree";
  const tree = useMemo(
    () => (isTree && isStream ? eventsAsJson(record.events, values) : text),
    [isTree, isStream, record, text, values],
  );
  const name = kind === "request" ? "The request" : "The reply";
  return (
    <>
      <div class="message-forms">
        <div class="segments" role="group" aria-label={`${name} as`}>
          {offered.map((one) => (
            <button key={one} type="button" aria-pressed={one === form} onClick={() => (chosen.value = one)}>
              {one}
            </button>
          ))}
        </div>
        {isStream && isTree && <span class="message-note">a list of its events</span>}
      </div>
      {cut && (
        <p class="says warn message-cut">
          The recording is cut: the {kind} was {formatBytes(bytes)}, of which the beginning was kept. The
          program got all of it.
        </p>
      )}
      {form === "Conversation" && conversation !== null && <ConversationView conversation={conversation} />}
      {isTree && <TreeView text={tree} label={`${name} as a tree`} />}
      {form === "Raw" && <RawView text={text} bytes={bytes} cut={cut} label={`${name} as it was`} />}
    </>
  );
}

function bodyless(kind: MessageProps["kind"], { call }: CallRecord): string {
  const live = call.state === "open" || call.state === "streaming";
  if (live) return "It stands here when the reply has ended.";
  return kind === "request" ? "The request has no body." : "The reply has no body.";
}
