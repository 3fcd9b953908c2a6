/** What the run in view uses of what it may: its memory as a small meter in the foot, the rest a press away. */
import "./use-meter.css";
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { RunUse } from "../../contract/events.ts";
import type { Run } from "../../contract/runs.ts";
import { Dialog } from "../shell/dialog.tsx";
import { formatBytes, formatDuration } from "../shell/format.ts";
import { useApp } from "../state/app-state.ts";
import { hasEnded } from "./run-words.ts";

export function UseMeter() {
  const app = useApp();
  const chip = useRef<HTMLButtonElement>(null);
  const open = useSignal(false);
  const run = app.run.value;
  const use = app.use.value;
  if (run === null || (use === null && run.peakBytes === null)) return null;
  const isOver = hasEnded(run);
  const bytes = isOver ? (run.peakBytes ?? use?.memoryBytes ?? 0) : (use?.memoryBytes ?? 0);
  const limit = use?.memoryLimitBytes ?? null;
  const words = isOver ? `peak ${formatBytes(bytes)}` : formatBytes(bytes);
  const share = limit === null || limit === 0 ? null : Math.min(1, bytes / limit);
  const full = limit === null ? words : `${words} of ${formatBytes(limit)}`;
  return (
    <>
      <button
        ref={chip}
        type="button"
        class="status-chip use-meter"
        aria-haspopup="dialog"
        aria-expanded={open.value}
        aria-label={`Memory of the run: ${full}`}
        title={useWords(use, run)}
        onClick={() => (open.value = true)}
      >
        <span>{words}</span>
        {share !== null && (
          <i class={share > 0.85 ? "use-bar near" : "use-bar"}>
            <b style={{ width: `${Math.max(2, share * 100)}%` }} />
          </i>
        )}
      </button>
      <Dialog
        open={open.value}
        onClose={() => (open.value = false)}
        label={isOver ? "What the run used" : "What the run uses"}
        anchor={chip.current}
        class="use-dialog"
      >
        <div class="dialog-body">
          <dl class="use-list">
            {rowsOf(use, run).map(({ name, now, most, share: part }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  {now}
                  {most !== null && <small> of {most}</small>}
                </dd>
                {part !== null && (
                  <meter
                    class="use-track"
                    aria-label={`${name} of the most`}
                    min={0}
                    max={1}
                    high={0.85}
                    value={part}
                  >
                    {now}
                  </meter>
                )}
              </div>
            ))}
          </dl>
          <p class="says">A run that reaches a limit ends, and its last line says which.</p>
        </div>
      </Dialog>
    </>
  );
}

interface UseRow {
  readonly name: string;
  readonly now: string;
  readonly most: string | null;
  /** 0 to 1; null where there is no limit. */
  readonly share: number | null;
}

const of = (name: string, now: number, most: number, words: (value: number) => string): UseRow => ({
  name,
  now: words(now),
  most: most > 0 ? words(most) : null,
  share: most > 0 ? Math.min(1, now / most) : null,
});

function rowsOf(use: RunUse | null, run: Run): readonly UseRow[] {
  const rows: UseRow[] = [];
  const peak = run.peakBytes;
  if (use !== null && peak === null)
    rows.push(of("Memory", use.memoryBytes, use.memoryLimitBytes, formatBytes));
  if (peak !== null) rows.push(of("Memory at most", peak, use?.memoryLimitBytes ?? 0, formatBytes));
  const cpuMs = run.cpuMs ?? use?.cpuMs;
  if (cpuMs !== undefined)
    rows.push({ name: "CPU time", now: formatDuration(cpuMs), most: null, share: null });
  if (use !== null) {
    rows.push(of("Processes", use.processes, use.processLimit, String));
    rows.push(of("Disk", use.diskBytes, use.diskLimitBytes, formatBytes));
  }
  return rows;
}

function useWords(use: RunUse | null, run: Run): string {
  return rowsOf(use, run)
    .map(({ name, now, most }) => `${name}: ${now}${most === null ? "" : ` of ${most}`}`)
    .join("\n");
}
