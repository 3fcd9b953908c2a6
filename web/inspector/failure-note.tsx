/** What went wrong with a call, in words, with the way out and everything that the reply told of it. */
import type { Call, CallRecord } from "../../contract/calls.ts";
import { ceilingLabels } from "../../contract/session.ts";
import { Icon } from "../shell/icon.tsx";
import { usePageDialogs } from "../shell/page-dialogs.ts";
import { adviceFor } from "./call-failures.ts";
import { failureDetails } from "./failure-details.ts";

export function FailureNote({ call, record }: { readonly call: Call; readonly record: CallRecord | null }) {
  const advice = adviceFor(call);
  if (advice === null) return null;
  const details = record === null ? [] : failureDetails(record.response, record.events);
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
        {details.length > 0 && (
          <dl class="call-details">
            {details.map(({ name, text }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </div>
  );
}

function OpenCeilings() {
  const { ceilings } = usePageDialogs();
  return (
    <p>
      <button type="button" class="link-button" onClick={() => (ceilings.value = true)}>
        {ceilingLabels.place}…
      </button>
    </p>
  );
}
