/** Above the list of calls: what to be warned of in them, and what can be done about it. */
import "./call-alarms.css";
import { useLookAgain } from "../run/look-again.ts";
import { Icon } from "../shell/icon.tsx";
import { usePageDialogs } from "../shell/page-dialogs.ts";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { callAlarms, type CallAlarm } from "./call-alarms.ts";

export function CallAlarms() {
  const app = useApp();
  const alarms = callAlarms(app.calls.value);
  const { count } = useLookAgain();
  if (alarms.length === 0 && count.value === 0) return null;
  return (
    <div class="call-alarms" role="group" aria-label="Warnings about the calls">
      {alarms.map((alarm) => (
        <Alarm key={alarm.kind} alarm={alarm} />
      ))}
      {count.value > 0 && <Unknown count={count.value} />}
    </div>
  );
}

function Alarm({ alarm: { kind, says, hint, call } }: { readonly alarm: CallAlarm }) {
  const app = useApp();
  const actions = useActions();
  const { ceilings } = usePageDialogs();
  return (
    <div class="tell-strip call-alarm">
      <Icon name="alert-triangle" />
      <p>
        <strong>{says}</strong> <span class="call-alarm-hint">{hint}</span>
      </p>
      {kind === "repeats" && app.running.value && (
        <button type="button" class="btn btn-sm btn-danger" onClick={() => void actions.stopRun()}>
          Stop the run
        </button>
      )}
      <button type="button" class="btn btn-sm call-alarm-call" onClick={() => actions.selectCall(call)}>
        Call {call}
      </button>
      <button type="button" class="btn btn-sm" onClick={() => (ceilings.value = true)}>
        Ceilings…
      </button>
    </div>
  );
}

function Unknown({ count }: { readonly count: number }) {
  const lookAgain = useLookAgain();
  const app = useApp();
  // A run's calls have one upstream.
  const upstream = app.calls.value[0]?.simulated === true ? "The simulator" : "OpenRouter";
  const who = count === 1 ? "The price of one call is" : `The prices of ${count} calls are`;
  return (
    <div class="tell-strip call-alarm plain">
      <Icon name="help-circle" />
      <p role="status">
        <strong>{who} not known yet.</strong>{" "}
        <span class="call-alarm-hint">
          {lookAgain.over.value
            ? `${upstream} had not told when it was last asked for.`
            : `${upstream} is asked for it; it comes here by itself.`}
        </span>
      </p>
      <button
        type="button"
        class="btn btn-sm"
        disabled={lookAgain.asking.value}
        onClick={() => lookAgain.now()}
      >
        <Icon name="refresh-cw" size="small" />
        {lookAgain.asking.value ? "Looking…" : "Look again"}
      </button>
    </div>
  );
}
