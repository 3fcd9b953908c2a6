/** What a session lets its programs reach: set here, asked by the gateway at each use. */
import type { OwnerId } from "../../contract/ids.ts";
import { noReach, SetReach } from "../../contract/session.ts";
import type { Caller } from "../http/handlers.ts";
import type { SessionStore } from "../store/session-store.ts";

export interface Reach {
  of(owner: OwnerId): Promise<SetReach>;
  set(caller: Caller, wanted: SetReach): Promise<void>;
}

export function createReach(sessions: SessionStore): Reach {
  return {
    of: async (owner) => parse(await sessions.reach(owner)),
    set: ({ sessionIdHash }, wanted) => sessions.saveReach(sessionIdHash, JSON.stringify(wanted)),
  };
}

/** What another version stored and this one can't read is none. */
function parse(json: string | null): SetReach {
  if (json === null) return noReach;
  const read = SetReach.safeParse(JSON.parse(json));
  return read.success ? read.data : noReach;
}
