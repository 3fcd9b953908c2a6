/** Connects to a host that the user lets programs reach: every address is checked, and the one that was checked is the one dialled. */
import { lookup } from "node:dns/promises";
import { connect, type Socket } from "node:net";
import { done, refused, type Result } from "../../contract/failures.ts";
import { isPrivateAddress } from "../private-addresses.ts";
import type { DialTrouble, HostDialer } from "../gateway/host-dialer.ts";

export interface HostDialerParts {
  /** All addresses of a name as the system's resolver has them, numeric. Rejects when there are none. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
  /** For tests: where a public address is. */
  readonly dial?: (address: string, port: number) => Socket;
  readonly connectMs?: number;
}

const port = 443;
const defaultConnectMs = 10_000;
/** So many of a name's addresses are tried, one after the other. */
const mostTried = 4;

/** A name is resolved anew for each connection: an answer that was harmless before may not be any more (DNS rebinding). */
export function createHostDialer(parts: HostDialerParts = {}): HostDialer {
  const { resolve = systemResolve, dial = dialNow, connectMs = defaultConnectMs } = parts;
  return {
    async connect(name) {
      const found = await addressesOf(name, resolve);
      if (!found.ok) return found;
      let last: DialTrouble = { code: "unreachable", says: `${name} can't be reached from this server.` };
      for (const address of found.value.slice(0, mostTried)) {
        const tried = await attempt(dial(address, port), connectMs, name);
        if (tried.ok) return tried;
        last = tried.error;
      }
      return refused(last);
    },
  };
}

const systemResolve = async (name: string): Promise<readonly string[]> =>
  // A dot at the end: the server's own search domains have no say in what the user named.
  (await lookup(`${name}.`, { all: true, verbatim: true })).map(({ address }) => address);

const dialNow = (host: string, toPort: number): Socket => connect({ host, port: toPort });

/** A name with a single private address is refused whole: it may be there to reach something else. */
async function addressesOf(
  name: string,
  resolve: (name: string) => Promise<readonly string[]>,
): Promise<Result<readonly string[], DialTrouble>> {
  let addresses: readonly string[];
  try {
    addresses = await resolve(name);
  } catch {
    addresses = [];
  }
  if (addresses.length === 0)
    return refused({
      code: "not-found",
      says: `${name} can't be found: this server is offline, or there is no such host.`,
    });
  if (addresses.some((address) => isPrivateAddress(address)))
    return refused({
      code: "private",
      says: `${name} leads into this server's own network, so it was not connected.`,
    });
  return done(addresses);
}

function attempt(socket: Socket, connectMs: number, name: string): Promise<Result<Socket, DialTrouble>> {
  return new Promise((resolve) => {
    const fail = (says: string): void => {
      clearTimeout(late);
      socket.destroy();
      resolve(refused({ code: "unreachable", says }));
    };
    const late = setTimeout(() => fail(`${name} did not answer within ${connectMs / 1000} s.`), connectMs);
    const onError = (error: NodeJS.ErrnoException): void =>
      fail(`${name} can't be reached from this server (${error.code ?? "unknown"}).`);
    socket.once("error", onError);
    socket.once("connect", () => {
      clearTimeout(late);
      socket.off("error", onError);
      resolve(done(socket));
    });
  });
}
