/** The Python that programs run with: which there are, what the program lacks, and the installation under way. */
import { batch, effect, signal, untracked, type ReadonlySignal, type Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Environments, Installation } from "../../contract/environments.ts";
import type { FailureReply } from "../../contract/failures.ts";
import type { EnvironmentId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import type { Api } from "../api/client.ts";
import { createNewest } from "../run/key-sender.ts";
import { fileNameOf, hasEnded } from "../run/run-words.ts";
import type { AppState } from "../state/app-state.ts";
import { missingModule } from "./package-words.ts";

export interface Missing {
  readonly module: string;
  /** What to install for it. */
  readonly distribution: string;
}

export interface Packages {
  /** Null until they were asked for. */
  readonly environments: Signal<Environments | null>;
  readonly failure: Signal<FailureReply | null>;
  readonly loading: Signal<boolean>;
  readonly load: () => Promise<void>;
  readonly choose: (id: EnvironmentId) => Promise<boolean>;
  /** What the program imports, is not there, and was not turned down yet. */
  readonly offered: ReadonlySignal<readonly Missing[]>;
  /** These are not offered again in this session. */
  readonly turnDown: (missing: readonly Missing[]) => void;
  /** The one that is shown: under way, or ended and not put away yet. */
  readonly installation: Signal<Installation | null>;
  /** False when it was refused; the reason has been shown. */
  readonly install: (requirements: readonly string[]) => Promise<boolean>;
  readonly cancel: () => Promise<void>;
  /** From the event socket. */
  readonly onInstallation: (installation: Installation) => void;
}

export interface PackageParts {
  readonly app: AppState;
  readonly api: Api;
  readonly refreshSession: () => Promise<void>;
  /** sessionStorage, or null where the browser forbids it. */
  readonly storage: Pick<Storage, "getItem" | "setItem"> | null;
}

/** The server is told after a pause of typing this long, ms. */
const pauseMs = 400;
const storageKey = "openrouter-ide:turned-down";
/** Names of modules that are remembered; more are forgotten from the front. */
const turnedDownKept = 200;

export function createPackages(parts: PackageParts): Packages {
  const { app, api } = parts;
  const environments = signal<Environments | null>(null);
  const failure = signal<FailureReply | null>(null);
  const loading = signal(false);
  const installation = signal<Installation | null>(null);
  const offered = signal<readonly Missing[]>([]);
  let turnedDown = recall(parts.storage);
  let missing: readonly Missing[] = [];
  let lacking: string | null = null;

  /** What the text imports, and what the run in view ended for want of: either may be told first. */
  const offer = (): void => {
    const more = lacking === null ? [] : [known(lacking)];
    const all = [
      ...missing,
      ...more.filter(({ module }) => !missing.some((other) => other.module === module)),
    ];
    offered.value = all.filter(({ module }) => !turnedDown.has(module));
  };
  const known = (module: string): Missing =>
    missing.find((other) => other.module === module) ?? { module, distribution: module };
  const load = async (): Promise<void> => {
    loading.value = true;
    const answer = await api.listEnvironments();
    batch(() => {
      loading.value = false;
      failure.value = answer.ok ? null : answer.error;
      if (answer.ok) environments.value = answer.value;
    });
  };
  const prepare = keepPrepared(app, api, (found) => {
    missing = found;
    offer();
  });
  effect(() => {
    const run = app.run.value;
    const module = run !== null && hasEnded(run) ? missingModule(run.reason) : null;
    if (module === lacking) return;
    lacking = module;
    untracked(offer);
  });

  const onInstallation = (next: Installation): void => {
    const shown = installation.value;
    const isNewer = shown === null || shown.id === next.id || next.startedAt >= shown.startedAt;
    // One that had ended before this page came says nothing to it.
    if (!isNewer || (shown === null && next.state !== "running")) return;
    installation.value = next;
    if (next.state !== "done" || shown?.state === "done") return;
    missing = [];
    lacking = null;
    offer();
    void parts.refreshSession().then(prepare);
    if (environments.value !== null) void load();
  };
  const install = async (requirements: readonly string[]): Promise<boolean> => {
    const environment = app.session.value?.environment.id;
    if (environment === undefined) return false;
    const answer = await api.install({ params: { environment }, body: { requirements: [...requirements] } });
    if (!answer.ok) {
      app.explain(answer.error);
      return false;
    }
    if (installation.value?.id !== answer.value.id) installation.value = answer.value;
    return true;
  };
  return {
    environments,
    failure,
    loading,
    load,
    offered,
    installation,
    install,
    onInstallation,
    choose: async (id) => {
      const answer = await api.chooseEnvironment({ body: { id } });
      if (!answer.ok) {
        app.explain(answer.error);
        return false;
      }
      app.session.value = answer.value;
      if (environments.value !== null) environments.value = { ...environments.value, chosen: id };
      prepare();
      return true;
    },
    turnDown: (given) => {
      turnedDown = new Set([...turnedDown, ...given.map(({ module }) => module)].slice(-turnedDownKept));
      try {
        parts.storage?.setItem(storageKey, JSON.stringify([...turnedDown]));
      } catch {
        // A full storage only means that it is offered again after a reload.
      }
      offer();
    },
    cancel: async () => {
      const running = installation.value;
      if (running === null) return;
      const answer = await api.cancelInstallation({ params: { installation: running.id } });
      if (answer.ok) onInstallation(answer.value);
      else app.explain(answer.error);
    },
  };
}

/** Tells the server what is being edited; answers with a way to tell it again although nothing was edited. */
function keepPrepared(app: AppState, api: Api, onMissing: (missing: readonly Missing[]) => void): () => void {
  interface Told {
    readonly code: string;
    readonly fileName: string;
    readonly files: readonly string[];
  }
  const newest = createNewest(
    async ({ code, fileName, files }: Told) => {
      const answer = await api.prepareRun({ body: { code, fileName, files: [...files] } });
      // A refusal costs the next run some time and nothing else; whatever it was, that run will say it.
      if (answer.ok) onMissing(answer.value.missing);
      return answer.ok;
    },
    (one, other) =>
      one.code === other.code &&
      one.fileName === other.fileName &&
      one.files.join("\n") === other.files.join("\n"),
  );
  const tell = (): void => {
    const code = app.code.peek();
    if (code.length > limits.codeBytes || app.session.peek()?.sandbox.ready !== true) return;
    const files = app.files.peek().map(({ path }) => path);
    newest.tell({ code, fileName: fileNameOf(app.program.peek().name), files });
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFirst = true;
  effect(() => {
    const isReady = app.session.value?.sandbox.ready === true;
    void [app.code.value, app.program.value.name, app.files.value];
    clearTimeout(timer);
    if (!isReady) return;
    timer = setTimeout(tell, isFirst ? 0 : pauseMs);
    isFirst = false;
  });
  return () => {
    newest.forget(null);
    tell();
  };
}

function recall(storage: PackageParts["storage"]): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(storageKey) ?? "[]");
    return new Set(Array.isArray(kept) ? kept.filter((name) => typeof name === "string") : []);
  } catch {
    // Somebody else's text under our key is as good as none.
    return new Set();
  }
}

export const PackagesContext = createContext<Packages | null>(null);

export function usePackages(): Packages {
  const packages = useContext(PackagesContext);
  if (packages === null) throw new Error("usePackages outside of PackagesContext");
  return packages;
}
