/** The foot of the list: how many calls it shows of how many, and what these come to. */
import { formatCount, formatDuration } from "../shell/format.ts";
import type { Column } from "./call-columns.ts";
import { LegendKey } from "./call-row.tsx";
import { formatCost } from "./cost.ts";
import { shortCount, type Sums } from "./sums.ts";

interface FootProps {
  readonly columns: readonly Column[];
  readonly sums: Sums;
  /** Calls of the run, shown or not. */
  readonly total: number;
  readonly endMs: number;
  readonly rowIndex: number;
}

export function CallsFoot({ columns, sums, total, endMs, rowIndex }: FootProps) {
  // The count has the room of all columns before the first sum.
  const wide = columns.findIndex(({ id }) => id === "in" || id === "out" || id === "cost");
  const count = wide < 0 ? columns.length - 1 : wide;
  return (
    <div class="calls-row calls-foot" role="row" aria-rowindex={rowIndex}>
      <span role="gridcell" class="calls-count" style={{ gridColumn: `1 / span ${count}` }}>
        {countWords(sums.count, total)}
      </span>
      {columns.slice(count).map((column) => (
        <Sum key={column.id} column={column} sums={sums} endMs={endMs} />
      ))}
    </div>
  );
}

function countWords(count: number, total: number): string {
  const all = `${formatCount(total)} ${total === 1 ? "call" : "calls"}`;
  return count === total ? all : `${formatCount(count)} of ${all}`;
}

interface SumProps {
  readonly column: Column;
  readonly sums: Sums;
  readonly endMs: number;
}

function Sum({ column: { id }, sums, endMs }: SumProps) {
  if (id === "in") return <Tokens class="calls-in" count={sums.promptTokens} />;
  if (id === "out") return <Tokens class="calls-out" count={sums.completionTokens} />;
  if (id === "cost") return <Cost sums={sums} />;
  if (id === "duration") {
    const title = "From the run's first call to the end of its last";
    return (
      <span role="gridcell" class="figure calls-duration" title={title}>
        {formatDuration(endMs)}
      </span>
    );
  }
  if (id !== "time") return <span role="gridcell" />;
  return (
    <span role="gridcell" class="calls-legend">
      {(["queued", "wait", "stream"] as const).map((part) => (
        <span key={part}>
          <LegendKey part={part} /> {part}
        </span>
      ))}
    </span>
  );
}

function Tokens({ class: place, count }: { readonly class: string; readonly count: number | null }) {
  const title = count === null ? "No tokens were told" : `${count} tokens`;
  return (
    <span role="gridcell" class={`figure ${place}`} title={title}>
      {shortCount(count)}
    </span>
  );
}

function Cost({ sums: { costUsd, unknown } }: { readonly sums: Sums }) {
  const known = costUsd === null ? "No price is known so far" : `$${costUsd}`;
  const priced = unknown > 0 ? `${known}, and ${unknown} of unknown cost` : known;
  return (
    <span role="gridcell" class="figure calls-cost" title={priced}>
      {costUsd === null ? "–" : formatCost(costUsd)}
      {unknown > 0 && <span class="calls-unknown">+ {unknown} unknown</span>}
    </span>
  );
}
