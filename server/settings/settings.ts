/** What a session has: its key, its model, the catalogue to choose from, and what its runs get of these. */
import { done, refused, type Refusal, type Result } from "../../contract/failures.ts";
import type { OwnerId } from "../../contract/ids.ts";
import type { Session, SetCeilings, SetReach } from "../../contract/session.ts";
import { instant, type Clock } from "../clock.ts";
import type { Ledger } from "../gateway/gateway.ts";
import type { Caller, Handlers } from "../http/handlers.ts";
import type { Log } from "../log.ts";
import type { ClientFailure, OpenRouterClient, PriceList } from "../openrouter/client.ts";
import type { SessionRow, SessionStore } from "../store/session-store.ts";
import type { Vault } from "../store/vault.ts";
import { createCatalogue, type CatalogueCache } from "./catalogue.ts";
import { createSessionCeilings } from "./ceilings.ts";
import { defaultModel } from "./default-model.ts";
import { isKeyShaped, keyLabel, keyNote } from "./key-text.ts";
import { createPriceList } from "./price-list.ts";
import { createReach } from "./reach.ts";
import { searchModels } from "./search-models.ts";
import { createSessionKeys, type Source, type UsedKey } from "./session-keys.ts";
import { upstreamRefusal } from "./upstream-refusal.ts";

/** What the page is told of the server itself; compose knows it. */
export type ServerFacts = Pick<
  Session,
  "sandbox" | "python" | "packages" | "environment" | "timeoutMs" | "version"
>;

export interface SettingsParts {
  readonly sessions: SessionStore;
  readonly vault: Vault;
  readonly live: OpenRouterClient;
  readonly simulator: OpenRouterClient;
  /** The operator's OPENROUTER_API_KEY. */
  readonly serverKey: string | null;
  /** True: the simulator answers everybody, key or not. */
  readonly simulatorOnly: boolean;
  readonly ledger: Ledger;
  /** What sessions are held to that set nothing themselves; none when absent. */
  readonly firstCeilings?: SetCeilings;
  readonly facts: (caller: Caller) => Promise<ServerFacts>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Settings {
  readonly handlers: Pick<
    Handlers,
    "session" | "setKey" | "deleteKey" | "setModel" | "setCeilings" | "setReach" | "models"
  >;
  /** The key that calls of this session are sent with, asked anew for each call. */
  keyOf(sessionIdHash: string): Promise<{ readonly source: Source; readonly key: string | null }>;
  /** The same for an owner's own session, which may have ended: then there is none. */
  keyOfOwner(owner: OwnerId): Promise<string | null>;
  /** What a run of this caller gets as OPENROUTER_MODEL, whether the simulator answers it, and what it is held to. */
  environmentOf(caller: Caller): Promise<{
    readonly model: string | null;
    readonly simulated: boolean;
    readonly ceilings: SetCeilings;
  }>;
  /** After how many repetitions of one request a run is to be stopped; null: never. */
  repeatsOf(owner: OwnerId): Promise<number | null>;
  /** What an owner's programs may reach, as it is set now. */
  reachOf(owner: OwnerId): Promise<SetReach>;
  pricesFor(simulated: boolean): PriceList;
}

/** How long a page or a run waits for a catalogue that nobody has fetched yet. Without one no default model is named. */
const catalogueWaitMs = 2_000;

const unreadableNote =
  "The key that was saved here can't be opened any more, because the server's secret has changed. Paste it again.";

export function createSettings(parts: SettingsParts): Settings {
  const { sessions, simulatorOnly, clock, log } = parts;
  const keys = createSessionKeys(parts);
  const liveCatalogue = createCatalogue({ client: parts.live, clock, log });
  const simulatedCatalogue = createCatalogue({ client: parts.simulator, clock, log });

  const ceilings = createSessionCeilings(sessions, parts.ledger, parts.firstCeilings);
  const reach = createReach(sessions);
  const livePrices = createPriceList({ client: parts.live, catalogue: liveCatalogue, clock, log });
  const simulatedPrices = createPriceList({
    client: parts.simulator,
    catalogue: simulatedCatalogue,
    clock,
    log,
  });

  const find = (idHash: string): Promise<SessionRow | null> => sessions.find(idHash, clock.now());
  const isSimulated = (used: UsedKey): boolean => simulatorOnly || used.key === null;
  const catalogueFor = (used: UsedKey): CatalogueCache =>
    isSimulated(used) ? simulatedCatalogue : liveCatalogue;

  const effectiveModel = async (session: SessionRow | null, used: UsedKey): Promise<string | null> =>
    session?.model ?? defaultModel((await catalogueFor(used).within(catalogueWaitMs)) ?? []);

  /** Looks at the row anew: what was just saved is shown as it is kept. */
  const view = async (caller: Caller): Promise<Result<Session>> => {
    const session = await find(caller.sessionIdHash);
    if (session === null) return refused({ code: "not-signed-in" });
    const used = await keys.usedBy(session);
    const [facts, model, held, reached] = await Promise.all([
      parts.facts(caller),
      effectiveModel(session, used),
      ceilings.view(caller.ownerId),
      reach.of(caller.ownerId),
    ]);
    return done({
      key: keyView(session, used),
      model: session.model,
      effectiveModel: model,
      simulated: isSimulated(used),
      ceilings: held,
      reach: reached,
      ...facts,
    });
  };

  return {
    handlers: {
      session: (_input, caller) => view(caller),

      async setKey({ body }, caller) {
        const key = body.key.trim();
        if (!isKeyShaped(key)) return refused({ code: "key-malformed" });
        const session = await find(caller.sessionIdHash);
        if (session === null) return refused({ code: "not-signed-in" });
        const checked = await (simulatorOnly ? parts.simulator : parts.live).checkKey(key);
        if (!checked.ok) {
          log.info({ owner: caller.ownerId, why: checked.error.code }, "key not accepted");
          return refused(keyRefusal(checked.error, key));
        }
        const note = keyNote(checked.value, key);
        await keys.save(session, key, { label: keyLabel(key), checkedAt: clock.now(), note });
        log.info({ owner: caller.ownerId }, "key set");
        return view(caller);
      },

      async deleteKey(_input, caller) {
        const session = await find(caller.sessionIdHash);
        if (session !== null) await keys.remove(session);
        return view(caller);
      },

      async setModel({ body }, caller) {
        await sessions.saveModel(caller.sessionIdHash, body.model);
        return view(caller);
      },

      async setCeilings({ body }, caller) {
        await ceilings.set(caller, body);
        log.info({ owner: caller.ownerId, ceilings: body }, "ceilings set");
        return view(caller);
      },

      async setReach({ body }, caller) {
        await reach.set(caller, body);
        log.info({ owner: caller.ownerId, ...body }, "reach set");
        return view(caller);
      },

      async models({ query }, caller) {
        const used = await keys.usedBy(await find(caller.sessionIdHash));
        const catalogue = await catalogueFor(used).current();
        if (!catalogue.ok) return refused(upstreamRefusal(catalogue.error));
        return done({ ...catalogue.value, models: searchModels(catalogue.value.models, query.q ?? "") });
      },
    },

    async keyOf(sessionIdHash) {
      const { source, key } = await keys.usedBy(await find(sessionIdHash));
      return { source, key };
    },

    keyOfOwner: async (owner) => (await keys.usedBy(await sessions.findByOwner(owner, clock.now()))).key,

    repeatsOf: async (owner) => (await ceilings.of(owner)).stopAfterRepeats,

    reachOf: (owner) => reach.of(owner),

    pricesFor: (simulated) => (simulated ? simulatedPrices : livePrices),

    async environmentOf(caller) {
      const session = await find(caller.sessionIdHash);
      const used = await keys.usedBy(session);
      return {
        model: await effectiveModel(session, used),
        simulated: isSimulated(used),
        ceilings: await ceilings.of(caller.ownerId),
      };
    },
  };
}

function keyView(session: SessionRow, used: UsedKey): Session["key"] {
  if (used.source !== "session" || session.key === null)
    return {
      source: used.source,
      label: null,
      checkedAt: null,
      note: used.unreadable ? unreadableNote : null,
    };
  const { label, checkedAt, note } = session.key;
  return { source: "session", label, checkedAt: instant(checkedAt), note };
}

/** OpenRouter's words are repeated, but not a key that it may have repeated. */
function keyRefusal(failure: ClientFailure, key: string): Refusal {
  const message = failure.message.replaceAll(key, keyLabel(key)).slice(0, 300);
  if (failure.code === "refused" && (failure.status === 401 || failure.status === 403))
    return { code: "key-rejected", says: `OpenRouter does not accept this key: ${message}` };
  return upstreamRefusal({ ...failure, message });
}
