/** How fast an answer came over its time, as a small drawing with the same in words. */
import { useMemo } from "preact/hooks";
import type { StreamEvent } from "../../contract/calls.ts";
import { formatDuration } from "../shell/format.ts";
import { useInSlices } from "../recorded/use-in-slices.ts";
import { generatedCharacters, speedOver, type Speed } from "./timeline.ts";

const width = 600;
const height = 56;

interface ChartProps {
  readonly events: readonly StreamEvent[];
  readonly completionTokens: number | null;
}

export function SpeedChart({ events, completionTokens }: ChartProps) {
  const lengths = useInSlices(events, generatedCharacters);
  const speed = useMemo(
    () => (lengths === null ? null : speedOver(events, lengths, completionTokens)),
    [events, lengths, completionTokens],
  );
  if (lengths === null) return <p class="says speed-chart waiting">Measuring the speed…</p>;
  if (speed === null) return null;
  const most = Math.max(...speed.rates);
  const unit = speed.unit === "tokens" ? "tok/s" : "char/s";
  const average = height - (speed.average / most) * height;
  return (
    <figure class="speed-chart">
      <figcaption>
        <span title={sharedOut(speed)}>
          {rounded(speed.average)} {unit} on average
        </span>
        <span>at most {rounded(most)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={inWords(speed, most)}
      >
        <path d={areaOf(speed.rates, most)} class="speed-area" />
        <line x1={0} x2={width} y1={average} y2={average} class="speed-average" />
      </svg>
      <div class="speed-axis" aria-hidden="true">
        <span>{formatDuration(speed.fromMs)}</span>
        <span>{formatDuration(speed.toMs)}</span>
      </div>
    </figure>
  );
}

/** Steps: between two parts nothing is known. */
function areaOf(rates: readonly number[], most: number): string {
  const step = width / rates.length;
  const points = rates.flatMap((rate, index) => {
    const y = (height - (rate / most) * height).toFixed(1);
    return [`${(index * step).toFixed(1)},${y}`, `${((index + 1) * step).toFixed(1)},${y}`];
  });
  return `M0,${height} L${points.join(" L")} L${width},${height} Z`;
}

function inWords(speed: Speed, most: number): string {
  const { unit, average, fromMs, toMs } = speed;
  return (
    `${unit} per second: ${rounded(average)} on average, at most ${rounded(most)}, ` +
    `from ${formatDuration(fromMs)} to ${formatDuration(toMs)} after the request`
  );
}

const sharedOut = ({ unit }: Speed): string =>
  unit === "tokens"
    ? "The answer's tokens, shared out over its events by the length of what each added"
    : "Characters: the reply did not tell its tokens";

const rounded = (rate: number): string => (rate < 10 ? rate.toFixed(1) : String(Math.round(rate)));
