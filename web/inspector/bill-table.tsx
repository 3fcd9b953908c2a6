/** The bill of a call: each line with its units and price, what no line explains, and who told the total. */
import type { Bill, Call } from "../../contract/calls.ts";
import { costOf } from "../calls/cost.ts";
import { formatCount, formatUsd } from "../shell/format.ts";
import { itemWords, originWords, perMillion, remainderWords, sourceWords, unitsWords } from "./bill-words.ts";

interface BillProps {
  readonly call: Call;
  readonly bill: Bill | null;
  /** Asks the server once more. */
  readonly onLook: () => void;
  readonly looking: boolean;
}

export function BillTable({ call, bill, onLook, looking }: BillProps) {
  const unknown = call.costUsd === null && call.state === "unknown";
  return (
    <section aria-label="Bill">
      <h3>Bill {call.simulated && <span class="pill warn">simulated, nothing is charged</span>}</h3>
      {bill === null ? <TokensOnly call={call} /> : <Lines bill={bill} call={call} />}
      {unknown && (
        <div class="bill-unknown">
          <p class="says">
            {costOf(call).title}
            {call.generationId !== null &&
              !call.simulated &&
              " The server asks OpenRouter for it by the generation id."}
          </p>
          <button type="button" class="btn btn-sm" disabled={looking} onClick={onLook}>
            Look again
          </button>
        </div>
      )}
      {bill !== null &&
        originWords(bill, call.simulated, Date.now()).map((words) => <Note key={words} words={words} />)}
      {bill?.byok !== null && bill?.byok !== undefined && <Note words={byokWords(bill.byok)} />}
      {call.reservedUsd !== null && (
        <Note
          words={`At most ${formatUsd(call.reservedUsd)} was set aside for it under a ceiling before it was sent.`}
        />
      )}
    </section>
  );
}

const Note = ({ words }: { readonly words: string }) => <p class="says bill-note">{words}</p>;

function byokWords({ upstreamUsd }: NonNullable<Bill["byok"]>): string {
  const whose = "It went over a provider key of your own: the total is OpenRouter's fee alone.";
  return upstreamUsd === null
    ? `${whose} What the provider bills you was not told.`
    : `${whose} The provider bills you ${formatUsd(upstreamUsd)} besides.`;
}

function Lines({ bill, call }: { readonly bill: Bill; readonly call: Call }) {
  const remainder = remainderWords(bill);
  return (
    <table class="bill">
      <thead class="visually-hidden">
        <tr>
          <th scope="col">Item</th>
          <th scope="col">Amount</th>
        </tr>
      </thead>
      <tbody>
        {bill.lines.map((line, index) => (
          <tr key={index}>
            <th scope="row">
              {itemWords[line.item]}
              <small title={perMillion(line) ?? undefined}>
                {[unitsWords(line), line.source === null ? "" : sourceWords[line.source]]
                  .filter(Boolean)
                  .join(" · ")}
              </small>
            </th>
            <td title={line.amountUsd === null ? "Part of what no line explains" : undefined}>
              {line.amountUsd === null ? "–" : formatUsd(line.amountUsd)}
            </td>
          </tr>
        ))}
        {remainder !== null && (
          <tr class="bill-remainder">
            <th scope="row">{remainder}</th>
            <td>{formatUsd(bill.remainderUsd)}</td>
          </tr>
        )}
        <tr class="bill-total">
          <th scope="row">
            Total
            <small>
              {tokens(call.promptTokens)} in, {tokens(call.completionTokens)} out
              {bill.totalText !== bill.totalUsd && ` · “${bill.totalText}” on the wire`}
            </small>
          </th>
          <td title={costOf(call).title}>{formatUsd(bill.totalUsd)}</td>
        </tr>
      </tbody>
    </table>
  );
}

/** Before a price is told, and for what has none. */
function TokensOnly({ call }: { readonly call: Call }) {
  const cost = costOf(call);
  const rows = [
    ["Prompt", call.promptTokens],
    ["Completion", call.completionTokens],
  ] as const;
  return (
    <table class="bill">
      <tbody>
        {rows.map(([name, count]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{count === null ? "–" : `${tokens(count)} tokens`}</td>
          </tr>
        ))}
        <tr class="bill-total">
          <th scope="row">Total</th>
          <td title={cost.title} class={cost.text === "unknown" ? "calls-unknown" : ""}>
            {cost.text}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

const tokens = (count: number | null): string => (count === null ? "–" : formatCount(count));
