/** A call that was sent again beside the one that it was made from: status, cost, tokens and time. */
import type { Call } from "../../contract/calls.ts";
import { statusOf } from "../calls/call-words.ts";
import { costOf } from "../calls/cost.ts";
import { formatCount, formatDuration } from "../shell/format.ts";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import "./resend-compare.css";

const rows: readonly (readonly [name: string, of: (call: Call) => string])[] = [
  ["Status", (call) => statusOf(call).text],
  ["Model", (call) => call.model ?? "–"],
  ["Cost", (call) => costOf(call).text],
  ["Tokens in", (call) => formatCount(call.promptTokens)],
  ["Tokens out", (call) => formatCount(call.completionTokens)],
  ["First token", (call) => formatDuration(call.ttftMs)],
  ["Duration", (call) => formatDuration(call.durationMs)],
];

/** Nothing for a call that a program made. */
export function ResendCompare({ call }: { readonly call: Call }) {
  const app = useApp();
  const actions = useActions();
  const { resendOf } = call;
  if (resendOf === null) return null;
  const first = app.calls.value.find(({ number }) => number === resendOf);
  const isSameModel = first?.model === call.model;
  return (
    <section class="resend-compare" aria-label="Compared with the first">
      <h3>Sent again by you</h3>
      <table class="resend-table">
        <thead>
          <tr>
            <td />
            <th scope="col">
              <button type="button" class="link-button" onClick={() => actions.selectCall(resendOf)}>
                call {resendOf}
              </button>
            </th>
            <th scope="col">this one</th>
          </tr>
        </thead>
        <tbody>
          {rows
            .filter(([name]) => name !== "Model" || !isSameModel)
            .map(([name, of]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{first === undefined ? "–" : of(first)}</td>
                <td>{of(call)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}
