/** One quiet line above the output: what the program imports and is not installed, or how the installation goes. */
import "./packages.css";
import { useSignal } from "@preact/signals";
import type { Installation } from "../../contract/environments.ts";
import { formatBytes, formatDuration } from "../shell/format.ts";
import { Icon } from "../shell/icon.tsx";
import { useActions } from "../state/actions.ts";
import { useApp } from "../state/app-state.ts";
import { fetchedWords, listed, missingWords, shortName } from "./package-words.ts";
import { usePackages } from "./packages.ts";

export function PackageBar() {
  const { installation, offered } = usePackages();
  if (installation.value !== null) return <InstallationBar installation={installation.value} />;
  return offered.value.length === 0 ? null : <Offer />;
}

function Offer() {
  const app = useApp();
  const { offered, install, turnDown, environments } = usePackages();
  const isBusy = useSignal(false);
  const missing = offered.value;
  const isOff = environments.value !== null && environments.value.index.url === null;
  const where = app.session.value?.environment.name;
  return (
    <div class="tell-strip package-bar" role="status">
      <Icon name="package" />
      <p>
        <strong>{missingWords(missing.map(({ module }) => module))}</strong>
        {where !== undefined && (
          <span class="package-detail">
            {" "}
            {shortName(where)} does not have {missing.length === 1 ? "it" : "them"}.
          </span>
        )}
      </p>
      {!isOff && (
        <button
          type="button"
          class="btn btn-sm btn-primary"
          disabled={isBusy.value}
          aria-label={`Install ${listed(missing.map(({ distribution }) => distribution))}`}
          onClick={() => {
            isBusy.value = true;
            void install(missing.map(({ distribution }) => distribution)).then(() => (isBusy.value = false));
          }}
        >
          Install
        </button>
      )}
      <button
        type="button"
        class="icon-button small"
        aria-label="Not now"
        title="Not now: it is not offered again in this session"
        onClick={() => turnDown(missing)}
      >
        <Icon name="x" size="small" />
      </button>
    </div>
  );
}

const leds = { running: "busy", done: "ok", failed: "bad" } as const;

export function InstallationBar({ installation: given }: { readonly installation: Installation }) {
  const app = useApp();
  const actions = useActions();
  const { installation, install, cancel } = usePackages();
  const isOpen = useSignal(false);
  const { state, requirements, says } = given;
  const fetched = fetchedWords(given);
  const title =
    state === "running"
      ? `Installing ${listed(requirements)}`
      : state === "done"
        ? `${listed(requirements)} ${requirements.length === 1 ? "is" : "are"} installed.`
        : `${listed(requirements)} could not be installed.`;
  return (
    <div class="package-place">
      <div class="tell-strip package-bar in-two" role="status">
        <i class={`led ${leds[state]}`} />
        <p>
          <strong>{title}</strong>
          {says !== null && state !== "done" && <span class="package-detail"> {says}</span>}
          {fetched !== "" && <span class="package-detail"> {fetched} fetched.</span>}
        </p>
        <button
          type="button"
          class="btn btn-sm"
          aria-expanded={isOpen.value}
          onClick={() => (isOpen.value = !isOpen.value)}
        >
          Details
          <Icon name={isOpen.value ? "chevron-down" : "chevron-right"} size="small" />
        </button>
        {state === "running" && (
          <button type="button" class="btn btn-sm" onClick={() => void cancel()}>
            Cancel
          </button>
        )}
        {state === "done" && !app.running.value && (
          <button
            type="button"
            class="btn btn-sm btn-primary"
            onClick={() => {
              installation.value = null;
              void actions.startRun();
            }}
          >
            <Icon name="play" size="small" solid />
            {app.run.value === null ? "Run" : "Run again"}
          </button>
        )}
        {state === "failed" && (
          <button type="button" class="btn btn-sm" onClick={() => void install(requirements)}>
            <Icon name="refresh-cw" size="small" />
            Try again
          </button>
        )}
        {state !== "running" && (
          <button
            type="button"
            class="icon-button small"
            aria-label="Dismiss"
            onClick={() => (installation.value = null)}
          >
            <Icon name="x" size="small" />
          </button>
        )}
      </div>
      {isOpen.value && <Details installation={given} />}
    </div>
  );
}

function Details({ installation: { log, fetched } }: { readonly installation: Installation }) {
  return (
    <div class="package-details">
      {/* Its end is what is looked at. */}
      <pre
        class="mono"
        tabIndex={0}
        role="log"
        aria-label="What the installer wrote"
        ref={(element) => {
          if (element !== null) element.scrollTop = element.scrollHeight;
        }}
      >
        {log.trim() === "" ? "Nothing written yet." : log}
      </pre>
      {fetched.length > 0 && (
        <table>
          <caption class="label">Fetched from the package index, through this server</caption>
          <tbody>
            {fetched.map((file, index) => (
              <tr key={index}>
                <td class="mono" title={file.url}>
                  {file.url}
                </td>
                <td>{formatBytes(file.bytes)}</td>
                <td>{formatDuration(file.ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
