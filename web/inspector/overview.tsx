/** A call at a glance: who answered, the bill, how the time went, the answer, and what a failure means. */
import type { Call, CallRecord } from "../../contract/calls.ts";
import { ceilingsLabel } from "../ceilings/ceilings-chip.tsx";
import { usePageDialogs } from "../shell/page-dialogs.ts";
import { formatBytes, formatCount, formatDuration } from "../shell/format.ts";
import { Icon } from "../shell/icon.tsx";
import { useApp } from "../state/app-state.ts";
import { adviceFor } from "./call-failures.ts";
import { LegendKey } from "../calls/call-row.tsx";
import { speedOf } from "../calls/call-words.ts";
import { CopyButton } from "../calls/copy-button.tsx";
import { costOf } from "../calls/cost.ts";
import { failureDetails } from "./failure-details.ts";
import { LongText } from "../recorded/long-text.tsx";
import { useTicking } from "../calls/use-ticking.ts";
import { barOf } from "../calls/waterfall.ts";

interface OverviewProps {
  readonly call: Call;
  readonly record: CallRecord | null;
  /** The answer is still to come. */
  readonly waiting: boolean;
}

export function CallOverview({ call, record, waiting }: OverviewProps) {
  return (
    <>
      <Failure call={call} record={record} />
      <Facts call={call} />
      <Bill call={call} />
      <Timing call={call} />
      <Answer record={record} waiting={waiting} failed={call.state === "failed"} />
    </>
  );
}

function Failure({ call, record }: Pick<OverviewProps, "call" | "record">) {
  const advice = adviceFor(call);
  if (advice === null) return null;
  const details = record === null ? [] : failureDetails(record.response);
  return (
    <div class="call-failure" role="note">
      <Icon name="alert-circle" />
      <div>
        <strong>{advice.says}</strong>
        <p>
          {advice.hint}
          {advice.link !== undefined && (
            <>
              {" "}
              <a href={advice.link.href} target="_blank" rel="noopener noreferrer">
                {advice.link.label}
              </a>
            </>
          )}
        </p>
        {advice.opens === "ceilings" && <OpenCeilings />}
        {call.error !== null && (
          <p class="call-message">
            <code>{call.error.code}</code> {call.error.message}
          </p>
        )}
        {details.map(({ name, text }) => (
          <p key={name} class="call-message">
            {name}: {text}
          </p>
        ))}
      </div>
    </div>
  );
}

function OpenCeilings() {
  const { ceilings } = usePageDialogs();
  return (
    <p>
      <button type="button" class="link-button" onClick={() => (ceilings.value = true)}>
        {ceilingsLabel}…
      </button>
    </p>
  );
}

function Facts({ call }: { readonly call: Call }) {
  return (
    <dl class="facts">
      <dt>Generation</dt>
      <dd>
        {call.generationId === null ? (
          "–"
        ) : (
          <>
            <span class="mono" title={call.generationId}>
              {call.generationId}
            </span>
            <CopyButton text={call.generationId} label="Copy the generation id" />
          </>
        )}
      </dd>
      <dt>Provider</dt>
      <dd>{call.provider ?? "–"}</dd>
      <dt>Request</dt>
      <dd>
        <span class="mono" title={`${call.method} ${call.path}`}>
          {call.method} {call.path}
        </span>
      </dd>
      <dt>Finish</dt>
      <dd>{call.finishReason ?? "–"}</dd>
      <dt>Size</dt>
      <dd>
        {formatBytes(call.requestBytes)} sent, {formatBytes(call.responseBytes)} back
      </dd>
    </dl>
  );
}

function Bill({ call }: { readonly call: Call }) {
  const cost = costOf(call);
  const { promptTokens, completionTokens } = call;
  const total = promptTokens === null || completionTokens === null ? null : promptTokens + completionTokens;
  return (
    <>
      <h3>Bill {call.simulated && <span class="pill warn">simulated, nothing is charged</span>}</h3>
      <table class="bill">
        <tbody>
          <tr>
            <th scope="row">Prompt</th>
            <td>{tokens(promptTokens)}</td>
            <td />
          </tr>
          <tr>
            <th scope="row">Completion</th>
            <td>{tokens(completionTokens)}</td>
            <td />
          </tr>
          <tr class="bill-total">
            <th scope="row">Total</th>
            <td>{tokens(total)}</td>
            <td title={cost.title} class={cost.text === "unknown" ? "calls-unknown" : ""}>
              {cost.text}
            </td>
          </tr>
        </tbody>
      </table>
      {cost.text === "unknown" && <p class="says">{cost.title}</p>}
    </>
  );
}

function tokens(count: number | null): string {
  return count === null ? "–" : `${formatCount(count)} tok`;
}

function Timing({ call }: { readonly call: Call }) {
  const app = useApp();
  const live = call.state === "open" || call.state === "streaming";
  const now = useTicking(live);
  const bar = barOf(call, now, app.run.value?.timeoutMs ?? 0);
  const whole = bar.waitMs + bar.streamMs;
  const speed = speedOf(call);
  return (
    <>
      <h3>
        Timing <em>{formatDuration(call.durationMs ?? (live ? whole : null))}</em>
      </h3>
      <div class={`timing-bar time-bar ${call.state === "failed" ? "failed" : ""}`} aria-hidden="true">
        <i class="wait" style={{ flexGrow: bar.waitMs }} />
        <i class="stream" style={{ flexGrow: bar.streamMs }} />
      </div>
      <dl class="timing">
        <div>
          <dt>
            <LegendKey part="wait" />
            First token
          </dt>
          <dd>{formatDuration(call.ttftMs)}</dd>
        </div>
        <div>
          <dt>
            <LegendKey part="stream" />
            Streaming
          </dt>
          <dd>{call.ttftMs === null ? "–" : formatDuration(bar.streamMs)}</dd>
        </div>
        <div>
          <dt>Speed</dt>
          <dd>{speed === null ? "–" : `${speed < 10 ? speed.toFixed(1) : Math.round(speed)} tok/s`}</dd>
        </div>
      </dl>
    </>
  );
}

interface AnswerProps {
  readonly record: CallRecord | null;
  readonly waiting: boolean;
  readonly failed: boolean;
}

function Answer({ record, waiting, failed }: AnswerProps) {
  const answer = record?.answer ?? null;
  if (answer === null && failed) return null;
  return (
    <>
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
    </>
  );
}
