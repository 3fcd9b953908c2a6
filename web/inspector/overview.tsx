/** A call at a glance: what failed, who answered, which line sent it, the bill, how its time went, and the answer. */
import type { Call, CallRecord } from "../../contract/calls.ts";
import { ResendCompare } from "../call-actions/resend-compare.tsx";
import { LegendKey } from "../calls/call-row.tsx";
import { speedOf, statusOf } from "../calls/call-words.ts";
import { CopyButton } from "../calls/copy-button.tsx";
import { useTicking } from "../calls/use-ticking.ts";
import { barOf } from "../calls/waterfall.ts";
import { finishWords } from "../conversation/finish-words.ts";
import { objectIn, parsed, textIn } from "../recorded/json-values.ts";
import { LongText } from "../recorded/long-text.tsx";
import { formatBytes, formatDuration } from "../shell/format.ts";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { BillTable } from "./bill-table.tsx";
import { FailureNote } from "./failure-note.tsx";
import { SentFrom } from "./sent-from.tsx";

interface OverviewProps {
  readonly call: Call;
  readonly record: CallRecord | null;
  /** The answer is still to come. */
  readonly waiting: boolean;
  readonly loading: boolean;
  readonly onLook: () => void;
}

export function CallOverview({ call, record, waiting, loading, onLook }: OverviewProps) {
  return (
    <>
      <FailureNote call={call} record={record} />
      <Facts call={call} record={record} />
      <ResendCompare call={call} />
      <BillTable call={call} bill={record?.bill ?? null} onLook={onLook} looking={loading} />
      <Timing call={call} />
      <Answer
        record={record}
        waiting={waiting}
        none={call.state === "failed" || (call.model === null && call.generationId === null)}
      />
    </>
  );
}

function Facts({ call, record }: Pick<OverviewProps, "call" | "record">) {
  const asked = record === null ? null : textIn(objectIn(parsed(record.request.text))?.["model"]);
  // What failed stands in words above these facts.
  const { text, title } = statusOf(call.state === "failed" ? { ...call, error: null } : call);
  return (
    <dl class="facts">
      <dt>Model</dt>
      <dd>
        <span class="facts-words">
          {call.model ?? noModel(call)}
          {asked !== null && asked !== call.model && <small>asked for {asked}</small>}
        </span>
      </dd>
      <dt>Provider</dt>
      <dd>{call.provider ?? "not told"}</dd>
      <dt>Status</dt>
      <dd>
        <span class="facts-words">{title === "" ? text : title}</span>
      </dd>
      <dt>Finish</dt>
      <dd>
        <span class="facts-words">
          {call.finishReason === null ? "not told" : finishWords(call.finishReason)}
        </span>
      </dd>
      <dt>Sent from</dt>
      <dd>
        <SentFrom call={call} />
      </dd>
      <Repeats call={call} />
      <dt>Generation</dt>
      <dd>
        {call.generationId === null ? (
          "no id was told"
        ) : (
          <>
            <span class="mono" title={call.generationId}>
              {call.generationId}
            </span>
            <CopyButton text={call.generationId} label="Copy the generation id" />
          </>
        )}
      </dd>
      <dt>Request</dt>
      <dd>
        <span class="mono" title={`${call.method} ${call.path}`}>
          {call.method} {call.path}
        </span>
      </dd>
      <dt>Size</dt>
      <dd>
        {formatBytes(call.requestBytes)} sent, {formatBytes(call.responseBytes)} back
      </dd>
    </dl>
  );
}

function Repeats({ call }: { readonly call: Call }) {
  const actions = useActions();
  if (call.retryOf === null && call.repeats === 0) return null;
  const { retryOf } = call;
  return (
    <>
      <dt>Again</dt>
      <dd>
        <span class="facts-words">
          {retryOf !== null && (
            <>
              The client library tried again by itself; the first try is{" "}
              <button type="button" class="link-button" onClick={() => actions.selectCall(retryOf)}>
                call {retryOf}
              </button>
              .
            </>
          )}
          {retryOf === null &&
            (call.repeats === 1
              ? "The very same request was sent once before."
              : `The very same request was sent ${call.repeats} times before.`)}
        </span>
      </dd>
    </>
  );
}

function Timing({ call }: { readonly call: Call }) {
  const app = useApp();
  const live = call.state === "open" || call.state === "streaming";
  const now = useTicking(live);
  const bar = barOf(call, now, app.run.value?.timeoutMs ?? 0);
  const whole = bar.waitMs + bar.streamMs;
  // A reply in one piece comes at the network's speed, which tells nothing of the model's.
  const speed = call.stream ? speedOf(call) : null;
  return (
    <section aria-label="Timing">
      <h3>
        Timing <em>{formatDuration(call.durationMs ?? (live ? whole : null))}</em>
      </h3>
      <div class={`timing-bar time-bar ${call.state === "failed" ? "failed" : ""}`} aria-hidden="true">
        <i class="queued" style={{ flexGrow: bar.queuedMs }} />
        <i class="wait" style={{ flexGrow: bar.waitMs }} />
        <i class="stream" style={{ flexGrow: bar.streamMs }} />
      </div>
      <dl class="timing">
        <div title="From its arrival here until it was sent on: read, held against the ceilings, written down">
          <dt>
            <LegendKey part="queued" />
            Queued here
          </dt>
          <dd>{formatDuration(call.queuedMs)}</dd>
        </div>
        <div>
          <dt>
            <LegendKey part="wait" />
            {call.stream ? "First token" : "First byte"}
          </dt>
          <dd>{formatDuration(call.ttftMs)}</dd>
        </div>
        <div>
          <dt>
            <LegendKey part="stream" />
            {call.stream ? "Streaming" : "The rest"}
          </dt>
          <dd>{call.ttftMs === null ? "–" : formatDuration(bar.streamMs)}</dd>
        </div>
        <div>
          <dt>Speed</dt>
          <dd>{speed === null ? "–" : `${speed < 10 ? speed.toFixed(1) : Math.round(speed)} tok/s`}</dd>
        </div>
      </dl>
    </section>
  );
}

interface AnswerProps {
  readonly record: CallRecord | null;
  readonly waiting: boolean;
  /** Nothing that is no answer stands for one: the call failed, or asked no model. */
  readonly none: boolean;
}

function Answer({ record, waiting, none }: AnswerProps) {
  const answer = record?.answer ?? null;
  if (answer === null && none) return null;
  return (
    <section aria-label="Answer">
      <h3>
        Answer {answer !== null && answer !== "" && <CopyButton text={answer} label="Copy the answer" />}
      </h3>
      {answer !== null && answer !== "" ? (
        <LongText text={answer} kind="words" />
      ) : (
        <p class="says">
          {waiting ? "It stands here when the reply has ended." : "The reply holds no text."}
        </p>
      )}
    </section>
  );
}

/** A request that is refused by its head is not read any further. */
const noModel = ({ error, requestBytes }: Call): string =>
  error?.code === "refused" && requestBytes === 0
    ? "not known: the request was refused unread"
    : "none: the request names no model";
