/** Says above the list of calls that it shows those of one line alone, with the way back to all. */
import "./line-filter.css";
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Call } from "../../contract/calls.ts";
import { Icon } from "../shell/icon.tsx";
import { useActions } from "../state/actions.ts";
import { useApp, type AppState } from "../state/app-state.ts";
import { isOfLine, moneyOf, spokenWords } from "./line-money.ts";

/** The calls that the list shows: all, or those of the line that was chosen. */
export function useListedCalls(): readonly Call[] {
  const app = useApp();
  return useMemo(() => computed(() => listedCalls(app)), [app]).value;
}

function listedCalls({ calls, callsOf }: AppState): readonly Call[] {
  const line = callsOf.value;
  return line === null ? calls.value : calls.value.filter((call) => isOfLine(call, line));
}

export function LineFilter() {
  const app = useApp();
  const actions = useActions();
  const line = app.callsOf.value;
  const calls = useListedCalls();
  if (line === null || app.calls.value.length === 0) return null;
  return (
    <div class="tell-strip line-filter" role="status">
      <p>
        From{" "}
        <button type="button" class="link-button mono" onClick={() => actions.goTo(line)}>
          {line.file}:{line.line}
        </button>{" "}
        <span class="line-filter-sum">{spokenWords(moneyOf(calls))}</span>
      </p>
      <button type="button" class="btn btn-sm" onClick={() => (app.callsOf.value = null)}>
        <Icon name="x" size="small" />
        All {app.calls.value.length} calls
      </button>
    </div>
  );
}
