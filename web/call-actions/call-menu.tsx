/** What can be done with a call, as one menu: under a button in the inspector, at the pointer in the list. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Call, CallRecord } from "../../contract/calls.ts";
import type { FailureReply, Result } from "../../contract/failures.ts";
import { routes } from "../../contract/routes.ts";
import { useApi } from "../api/api-context.ts";
import { addressOf } from "../api/client.ts";
import { copyAs, copyForms } from "../copy-as/forms.ts";
import { saveFrom } from "../files/save-bytes.ts";
import { copyLater } from "../shell/clipboard.ts";
import type { Place } from "../shell/dialog.tsx";
import { Icon } from "../shell/icon.tsx";
import { Menu, type MenuItem } from "../shell/menu.tsx";
import { useApp } from "../state/app-state.ts";
import { usePageParts } from "../state/page-parts.ts";
import { ResendDialog } from "./resend-dialog.tsx";

interface Opened {
  readonly call: Call;
  /** When it is at hand; else it is fetched. */
  readonly record: CallRecord | null;
  readonly at: Place;
}

export interface CallMenu {
  /** Opens the menu beside a button, or at a point. */
  readonly open: (call: Call, at: Place, record?: CallRecord | null) => void;
  /** To be put where it may stand: it shows nothing until it is opened. */
  readonly element: JSX.Element;
}

export function useCallMenu(): CallMenu {
  const opened = useSignal<Opened | null>(null);
  const editing = useSignal<Call | null>(null);
  const items = useItems((call) => (editing.value = call));
  const { value } = opened;
  return {
    open: (call, at, record = null) => (opened.value = { call, at, record }),
    element: (
      // Keys pressed in here are no keys of the pane that it stands in.
      <div class="call-menu" onKeyDown={(event) => event.stopPropagation()}>
        <Menu
          open={value !== null}
          onClose={() => (opened.value = null)}
          label={value === null ? "Call" : `Call ${value.call.number}`}
          anchor={value?.at ?? null}
          items={value === null ? [] : items(value)}
        />
        {editing.value !== null && (
          <ResendDialog call={editing.value} onClose={() => (editing.value = null)} />
        )}
      </div>
    ),
  };
}

/** The button for the inspector's head. */
function CallActions({ call, record }: { readonly call: Call; readonly record: CallRecord | null }) {
  const menu = useCallMenu();
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        class="icon-button small"
        aria-label="Actions for this call"
        title="Copy, send again, export"
        aria-haspopup="menu"
        onClick={() => {
          if (button.current !== null) menu.open(call, button.current, record);
        }}
      >
        <Icon name="more-vertical" />
      </button>
      {menu.element}
    </>
  );
}

/** As the inspector takes it. */
export const callActions = (call: Call, record: CallRecord | null): JSX.Element => (
  <CallActions call={call} record={record} />
);

function useItems(edit: (call: Call) => void): (opened: Opened) => (MenuItem | "rule")[] {
  const app = useApp();
  const api = useApi();
  const { base } = usePageParts();
  const paramsOf = (call: Call) => ({ run: call.runId, number: String(call.number) });

  const copy = async ({ call, record }: Opened, what: string, text: TextOf): Promise<void> => {
    const whole: Promise<Result<CallRecord, FailureReply>> =
      record === null
        ? api.getCall({ params: paramsOf(call) })
        : Promise.resolve({ ok: true, value: record });
    const written = whole.then((answer): Written => {
      if (!answer.ok) return { ok: false, why: `${answer.error.says} ${answer.error.hint}` };
      return text(answer.value);
    });
    const copied = await copyLater(
      written.then((one) => (one.ok ? one.value : Promise.reject(new Error(one.why)))),
    );
    const answer = await written;
    if (!answer.ok)
      app.notify({ kind: "warn", says: `Call ${call.number} can't be copied so.`, hint: answer.why });
    else if (copied) app.notify({ kind: "ok", says: `Copied ${what} of call ${call.number}.` });
    else
      app.notify({
        kind: "warn",
        says: "The browser did not allow copying.",
        hint: "It lends the clipboard to pages at https:// or localhost only.",
      });
  };
  const stop = async (call: Call): Promise<void> => {
    const answer = await api.stopCall({ params: paramsOf(call) });
    // It may have ended by itself in between: that is what was wanted.
    if (!answer.ok && answer.error.code !== "call-ended") app.explain(answer.error);
  };

  return (opened) => {
    const { call } = opened;
    const { generationId } = call;
    const isLive = call.state === "open" || call.state === "streaming";
    return [
      ...(isLive && call.resendOf !== null
        ? [
            { label: "Stop this call", icon: "square", danger: true, run: () => void stop(call) } as const,
            "rule" as const,
          ]
        : []),
      ...copyForms.map((form): MenuItem => ({
        label: `Copy as ${form.name}`,
        icon: "copy",
        disabled: isLive,
        run: () => void copy(opened, `the ${form.name} form`, (record) => copyAs(form, record)),
      })),
      "rule",
      {
        label: "Copy the answer",
        icon: "message-square",
        disabled: isLive,
        run: () => void copy(opened, "the answer", answerOf),
      },
      {
        label: "Copy the generation id",
        icon: "clipboard",
        disabled: generationId === null,
        run: () => void copy(opened, "the generation id", () => ({ ok: true, value: generationId ?? "" })),
      },
      "rule",
      { label: "Edit and send again…", icon: "edit-2", disabled: isLive, run: () => edit(call) },
      {
        label: "Save as HAR",
        icon: "download",
        run: () => saveFrom(addressOf(base, routes.getCallHar.path, { params: paramsOf(call) })),
      },
    ];
  };
}

type Written = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly why: string };
type TextOf = (record: CallRecord) => Written;

const answerOf: TextOf = ({ answer }) =>
  answer === null || answer === ""
    ? { ok: false, why: "Its reply holds no text." }
    : { ok: true, value: answer };
