/** Which Python there are and what is installed in each: to choose from, to search, to add to. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Environment } from "../../contract/environments.ts";
import { limits } from "../../contract/limits.ts";
import { Icon } from "../shell/icon.tsx";
import { InstallationBar } from "./package-bar.tsx";
import { environmentWords, requirementsIn } from "./package-words.ts";
import { usePackages } from "./packages.ts";

export function EnvironmentPicker({ onClose }: { readonly onClose: () => void }) {
  const packages = usePackages();
  const query = useSignal("");
  const opened = useSignal<string | null>(null);
  const all = packages.environments.value;
  const failure = packages.failure.value;
  return (
    <>
      <label class="field environment-search">
        <Icon name="search" />
        <input
          type="search"
          placeholder="Search packages"
          aria-label="Search packages"
          autocomplete="off"
          spellcheck={false}
          value={query.value}
          onInput={(event) => (query.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape" || query.value === "") return;
            query.value = "";
            event.preventDefault();
          }}
        />
      </label>
      {all === null && failure === null && <p class="environment-words says">Looking for Python…</p>}
      {failure !== null && (
        <div class="environment-words" role="alert">
          <p class="says bad">
            {failure.says} {failure.hint}
          </p>
          <button type="button" class="btn btn-sm" onClick={() => void packages.load()}>
            <Icon name="refresh-cw" size="small" />
            Try again
          </button>
        </div>
      )}
      <ul class="environment-list" aria-label="Pythons" aria-busy={packages.loading.value}>
        {all?.environments.map((environment) => (
          <EnvironmentRow
            key={environment.id}
            environment={environment}
            isChosen={environment.id === all.chosen}
            query={query.value.trim().toLowerCase()}
            isOpen={opened.value === environment.id}
            onToggle={() => (opened.value = opened.value === environment.id ? null : environment.id)}
            onChosen={onClose}
          />
        ))}
      </ul>
      {all !== null && <InstallForm />}
    </>
  );
}

interface RowProps {
  readonly environment: Environment;
  readonly isChosen: boolean;
  /** In small letters; empty shows what is opened. */
  readonly query: string;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onChosen: () => void;
}

function EnvironmentRow({ environment, isChosen, query, isOpen, onToggle, onChosen }: RowProps) {
  const { choose } = usePackages();
  const { id, name, state, says, packages } = environment;
  const found = query === "" ? packages : packages.filter((one) => one.name.toLowerCase().includes(query));
  const isListed = query === "" ? isOpen : found.length > 0;
  const canChoose = state === "ready" || state === "absent";
  return (
    <li class={isChosen ? "environment chosen" : "environment"}>
      <div class="environment-head">
        <button
          type="button"
          class="environment-choose"
          aria-pressed={isChosen}
          disabled={!canChoose}
          onClick={() => {
            if (isChosen) return onChosen();
            void choose(id).then((isDone) => {
              if (isDone) onChosen();
            });
          }}
        >
          <i
            class={`led ${state === "ready" ? "ok" : state === "making" ? "busy" : state === "failed" ? "bad" : ""}`}
          />
          <span class="environment-name">{name}</span>
          <span class="environment-detail">{environmentWords(environment)}</span>
          {isChosen && <Icon name="check" label="chosen" />}
        </button>
        {packages.length > 0 && (
          <button
            type="button"
            class="icon-button"
            aria-expanded={isListed}
            aria-label={`Packages of ${name}`}
            disabled={query !== ""}
            onClick={onToggle}
          >
            <Icon name={isListed ? "chevron-down" : "chevron-right"} />
          </button>
        )}
      </div>
      {says !== null && (
        <p class={state === "failed" ? "environment-says says bad" : "environment-says says"}>{says}</p>
      )}
      {isListed && (
        <ul class="package-list" aria-label={`Packages of ${name}`}>
          {found.map((one) => (
            <li key={one.name}>
              {one.name} <small>{one.version}</small>
            </li>
          ))}
        </ul>
      )}
      {query !== "" && found.length === 0 && packages.length > 0 && (
        <p class="environment-says says">No package of that name.</p>
      )}
    </li>
  );
}

function InstallForm() {
  const { environments, install, installation } = usePackages();
  const id = useId();
  const text = useSignal("");
  const isBusy = useSignal(false);
  const index = environments.value?.index;
  if (index === undefined) return null;
  if (index.url === null) {
    return (
      <footer class="environment-foot">
        <p class="says">{index.says ?? "This server installs nothing: its package index is turned off."}</p>
      </footer>
    );
  }
  const requirements = requirementsIn(text.value);
  const problem = problemOf(requirements);
  const send = async (): Promise<void> => {
    if (requirements.length === 0 || problem !== null || isBusy.value) return;
    isBusy.value = true;
    if (await install(requirements)) text.value = "";
    isBusy.value = false;
  };
  return (
    <footer class="environment-foot">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <label class="label" for={id}>
          Install packages
        </label>
        <div class="environment-install">
          <input
            id={id}
            class="form-control mono"
            placeholder="numpy pandas>=2"
            value={text.value}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            aria-invalid={problem !== null}
            aria-describedby={`${id}-says`}
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
          <button
            type="submit"
            class="btn btn-primary"
            disabled={requirements.length === 0 || problem !== null || isBusy.value}
          >
            Install
          </button>
        </div>
        <p
          id={`${id}-says`}
          class={problem === null && index.reachable !== false ? "says" : "says bad"}
          aria-live="polite"
        >
          {problem ??
            index.says ??
            `From ${index.url}, into a new environment: what is there stays as it is.`}
        </p>
      </form>
      {installation.value !== null && <InstallationBar installation={installation.value} />}
    </footer>
  );
}

function problemOf(requirements: readonly string[]): string | null {
  if (requirements.length > limits.requirementsPerInstallation) {
    return `Up to ${limits.requirementsPerInstallation} packages can be installed at once.`;
  }
  const long = requirements.find((one) => one.length > limits.requirementLength);
  return long === undefined ? null : `“${long.slice(0, 40)}…” is too long for the name of a package.`;
}
