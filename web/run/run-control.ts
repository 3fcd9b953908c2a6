/** Starts, follows and stops the run in view, and turns the server's events into what the page shows. */
import { batch } from "@preact/signals";
import type { SocketMessage } from "../../contract/events.ts";
import type { RunId, SocketId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import type { Run, TerminalSize } from "../../contract/runs.ts";
import type { Api } from "../api/client.ts";
import { freshKey } from "../api/fresh-key.ts";
import { applyEvents, emptyView, type RunView } from "../link/run-view.ts";
import type { Feed, FeedItem } from "../output/feed.ts";
import { filesProblem } from "../files/program-files.ts";
import type { AppState, RanProgram } from "../state/app-state.ts";
import type { Layout } from "../state/layout.ts";
import { createEarlyMessages } from "./early-messages.ts";
import { oncePerFrame } from "./frame-pace.ts";
import { createKeySender, createNewest } from "./key-sender.ts";
import { fileNameOf, hasEnded } from "./run-words.ts";

export interface RunParts {
  readonly app: AppState;
  readonly api: Api;
  readonly layout: Layout;
  readonly feed: Feed;
  /** Connects the socket anew, for what `wanted` says now. */
  readonly reconnect: () => void;
  /** The socket's name at the server; null while it is not connected. */
  readonly socket: () => SocketId | null;
  /** A run that was started here is in view: the address follows. */
  readonly onStarted: (run: RunId) => void;
}

/** What is known of a run that was started here. */
interface Started {
  readonly terminalSize: TerminalSize;
  readonly ran: RanProgram;
  /** The socket tells of it already. */
  readonly isFollowed: boolean;
}

export interface RunControl {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly typeKeys: (keys: string) => void;
  readonly resizeTerminal: (size: TerminalSize) => void;
  readonly sendInput: (text: string, end: boolean) => Promise<boolean>;
  /** Brings a run into view, from its first byte on. */
  readonly show: (run: Run) => void;
  /** Fetches the calls of the run in view once more; false when the server did not answer. For a run that has ended. */
  readonly lookAgain: () => Promise<boolean>;
  readonly onMessage: (message: SocketMessage) => void;
  readonly wanted: () => { readonly run: RunId; readonly after: number } | null;
}

/** After a lost reply the same request goes out again, under the same key, so that nothing runs twice. */
const retryAfterMs = [300, 1_000, 2_500] as const;

export function createRunControl(parts: RunParts): RunControl {
  const { app, api, feed } = parts;
  let view: RunView = emptyView;
  let isStartSaid = false;
  let isEndSaid = false;
  let isLiveSaid = false;
  const early = createEarlyMessages();
  /** What comes is new: the run was started here, or all that was before has been seen. */
  let isNew = false;

  const keys = createKeySender((text) => send({ text }), mostKeys);
  const size = createNewest(
    async (next: TerminalSize) => {
      const run = app.run.value;
      if (run === null || hasEnded(run)) return false;
      const answer = await api.resizeTerminal({ params: { run: run.id }, body: next });
      if (!answer.ok && answer.error.code !== "run-ended") app.explain(answer.error);
      return answer.ok;
    },
    (one, other) => one.columns === other.columns && one.rows === other.rows,
  );

  // Hundreds of calls may change between two frames; they are drawn once.
  const showCalls = oncePerFrame(() => (app.calls.value = view.calls));

  const show = (run: Run, started: Started | null = null): void => {
    view = emptyView;
    isStartSaid = false;
    isEndSaid = false;
    isLiveSaid = false;
    isNew = started !== null;
    keys.forget();
    size.forget(started?.terminalSize ?? null);
    feed.clear();
    batch(() => {
      app.run.value = run;
      app.ran.value = started?.ran ?? null;
      app.calls.value = [];
      app.callsOf.value = null;
      app.waiting.value = false;
      app.results.value = [];
      app.use.value = null;
    });
    if (started?.isFollowed !== true) parts.reconnect();
  };
  /** Once, when it runs: from here on the program has the keys. */
  const sayLive = (run: Run): void => {
    if (isLiveSaid || !isNew || run.state !== "running") return;
    isLiveSaid = true;
    feed.push([{ type: "live", run }]);
    // It may have been started at another size, in another window.
    if (run.terminal) size.tell(feed.size());
  };

  const start = async (): Promise<void> => {
    if (app.starting.value) return;
    const obstacle = obstacleTo(app);
    if (obstacle !== null) return app.notify({ kind: "warn", ...obstacle });
    app.starting.value = true;
    app.ranCode.value = app.code.value;
    const { name, snippetId } = app.program.value;
    const fileName = fileNameOf(name);
    const terminal = parts.layout.pipes.value ? null : feed.size();
    const files = app.files.value;
    const ran = { snippetId, fileName, code: app.code.value, files, opening: app.opening.value };
    const socket = parts.socket();
    early.gather();
    const body = {
      code: ran.code,
      fileName,
      snippetId,
      terminal,
      ...(files.length === 0 ? {} : { files: [...files] }),
      ...(socket === null ? {} : { socket }),
      idempotencyKey: freshKey(),
      ...timeoutOf(app, parts.layout),
    };
    let answer = await api.startRun({ body });
    for (const ms of retryAfterMs) {
      if (answer.ok || answer.error.code !== "store-unavailable") break;
      await new Promise((resolve) => setTimeout(resolve, ms));
      answer = await api.startRun({ body });
    }
    const gathered = early.take();
    batch(() => {
      app.starting.value = false;
      if (!answer.ok) return app.explain(answer.error);
      app.selectedCall.value = null;
      app.panel.value = "output";
      parts.layout.panelOpen.value = true;
      const { followed, ...run } = answer.value;
      parts.onStarted(run.id);
      // The socket that told of it is still the one.
      const isFollowed = followed && gathered !== null && parts.socket() === socket;
      show(run, { terminalSize: terminal ?? feed.size(), ran, isFollowed });
      if (isFollowed) for (const message of gathered) onMessage(message);
    });
  };

  const stop = async (): Promise<void> => {
    const run = app.run.value;
    if (run === null || hasEnded(run)) return;
    const answer = await api.stopRun({ params: { run: run.id } });
    // It may have ended by itself in between: that is what was wanted.
    if (!answer.ok && answer.error.code !== "run-ended") app.explain(answer.error);
  };

  const sendInput = async (text: string, end: boolean): Promise<boolean> => {
    const run = app.run.value;
    if (run === null || hasEnded(run)) return false;
    // Before the program's own answer to it can come; a terminal echoes by itself.
    if (!run.terminal) feed.push([{ type: "typed", text: end ? `${text}^D\n` : text }]);
    return send({ text, end });
  };

  const send = async (body: { readonly text: string; readonly end?: boolean }): Promise<boolean> => {
    const run = app.run.value;
    if (run === null || hasEnded(run)) return false;
    const answer = await api.sendInput({ params: { run: run.id }, body });
    // A key that crosses with the program's end was meant for nothing else.
    if (!answer.ok && !(run.terminal && answer.error.code === "run-ended")) app.explain(answer.error);
    return answer.ok;
  };

  const onMessage = (message: SocketMessage): void => {
    if (message.type === "failure") return app.explain(message.failure);
    if (message.type !== "events" && message.type !== "caught-up") return;
    if (message.runId !== app.run.value?.id) return early.add(message);
    if (message.type === "caught-up") {
      isNew = true;
      sayLive(app.run.value);
      return;
    }
    const next = applyEvents(view, message.events);
    view = next.view;
    const run = view.run ?? app.run.value;
    const items: FeedItem[] = [];
    if (!isStartSaid) {
      isStartSaid = true;
      items.push({ type: "start", run });
      feed.push(items.splice(0));
    }
    sayLive(run);
    items.push(...next.output);
    if (hasEnded(run) && !isEndSaid) {
      isEndSaid = true;
      items.push({ type: "end", run });
    }
    feed.push(items);
    batch(() => {
      app.run.value = run;
      if (hasEnded(run)) app.calls.value = view.calls;
      else if (app.calls.value !== view.calls) showCalls();
      app.waiting.value = view.waiting && !hasEnded(run);
      app.results.value = view.results;
      app.use.value = view.use;
    });
  };

  const lookAgain = async (): Promise<boolean> => {
    const id = app.run.value?.id;
    if (id === undefined) return true;
    const params = { run: id };
    const [calls, of] = await Promise.all([api.listCalls({ params }), api.getRun({ params })]);
    if (!calls.ok || !of.ok) return false;
    if (app.run.value?.id !== id || !hasEnded(app.run.value)) return true;
    view = { ...view, calls: calls.value.calls };
    batch(() => {
      app.run.value = of.value.run;
      app.calls.value = view.calls;
    });
    return true;
  };

  return {
    start,
    stop,
    lookAgain,
    sendInput,
    typeKeys: keys.type,
    resizeTerminal: (next) => {
      const run = app.run.value;
      if (run !== null && run.terminal && !hasEnded(run)) size.tell(next);
    },
    show: (run) => show(run),
    onMessage,
    wanted: () => (app.run.value === null ? null : { run: app.run.value.id, after: view.seen }),
  };
}

/** Characters of one message to a terminal: no more bytes than the server takes, whatever they are. */
const mostKeys = limits.inputBytes / 4;

/** What was chosen, within what this server allows now. */
function timeoutOf(app: AppState, layout: Layout): { readonly timeoutMs?: number } {
  const chosen = layout.timeoutMs.value;
  const most = app.session.value?.timeoutMs.max ?? chosen;
  return chosen === 0 ? {} : { timeoutMs: Math.min(chosen, most) };
}

/** Why nothing can be run now, with the way out; null when it can. */
export function obstacleTo(app: AppState): { readonly says: string; readonly hint: string } | null {
  const sandbox = app.session.value?.sandbox;
  if (sandbox !== undefined && !sandbox.ready) {
    return {
      says: sandbox.says ?? "The sandbox can't start, so nothing is run.",
      hint: sandbox.hint ?? "Run `openrouter-ide doctor` on the server: it tells the cause and the mend.",
    };
  }
  if (app.running.value) return { says: "The program is still running.", hint: "Stop it first (Shift+F5)." };
  if (app.outdated.value) return { says: "This page is older than the server.", hint: "Reload it first." };
  const problem = filesProblem(app.files.value, fileNameOf(app.program.value.name));
  if (problem !== null) return { says: problem, hint: "Nothing has been run." };
  return null;
}
