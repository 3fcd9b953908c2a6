/** Which line of the user's own sent a call: a way there, the stack behind it, or why nobody can tell. */
import type { Call, SourcePlace } from "../../contract/calls.ts";
import { useActions } from "../state/actions.ts";

const untold: Readonly<Record<Call["attribution"], string>> = {
  awaited: "Not told yet: the program's interpreter tells it while the call goes on.",
  told: "No line: a library sent it, and no line of your files led to it.",
  untold: "No line: the program took away what tells it, or sent the request by something else than Python.",
};

export function SentFrom({ call }: { readonly call: Call }) {
  if (call.resendOf !== null) {
    return (
      <span class="facts-words">No line: you sent it from this page, as call {call.resendOf} edited.</span>
    );
  }
  const [innermost, ...stack] = call.sentFrom ?? [];
  if (innermost === undefined) return <span class="facts-words">{untold[call.attribution]}</span>;
  return (
    <div class="sent-from">
      <Place place={innermost} />
      {stack.length > 0 && (
        <details>
          <summary>{stack.length === 1 ? "called from 1 line" : `called from ${stack.length} lines`}</summary>
          <ol aria-label="Called from, innermost first">
            {stack.map((place, index) => (
              <li key={index}>
                <Place place={place} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </div>
  );
}

function Place({ place }: { readonly place: SourcePlace }) {
  const actions = useActions();
  const where = `${place.file}:${place.line}`;
  return (
    <span class="sent-place">
      {place.file.startsWith("/") ? (
        // No file of the program: the editor does not have it.
        <span class="mono" title={where}>
          {where}
        </span>
      ) : (
        <button
          type="button"
          class="link-button mono"
          title={`Show ${where} in the editor`}
          onClick={() => actions.goTo({ file: place.file, line: place.line })}
        >
          {where}
        </button>
      )}
      {place.function !== "<module>" && <span class="sent-function">in {place.function}</span>}
    </span>
  );
}
