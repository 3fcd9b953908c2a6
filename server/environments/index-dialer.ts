/** Opens requests to a package index: to its hosts only, never into a private network that the operator did not name. */
import { lookup as resolve, type LookupAddress } from "node:dns";
import * as http from "node:http";
import * as https from "node:https";
import type { LookupFunction } from "node:net";
import { allowedHost, bare, indexName, portOf, type IndexHost, type PackageIndex } from "../package-index.ts";
import { isPrivateAddress } from "../private-addresses.ts";

export interface IndexDialer {
  /** Null when the index has nothing to do with that host. Throws nothing: what goes wrong is the request's `error`. */
  request(method: "GET" | "HEAD", url: URL, headers: http.OutgoingHttpHeaders): http.ClientRequest | null;
  close(): void;
}

const agentOptions: http.AgentOptions = { keepAlive: true, maxSockets: 8, timeout: 30_000 };
/** Neither a connection nor a reply may stand still for longer. */
const silenceMs = 30_000;

/** `authorities`: PEM of those that sign the index's certificates beside the well-known ones, or null. */
export function createIndexDialer(index: PackageIndex, authorities: string | null): IndexDialer {
  const agents = {
    "http:": new http.Agent(agentOptions),
    "https:": new https.Agent({ ...agentOptions, ...(authorities === null ? {} : { ca: authorities }) }),
  };
  return {
    request(method, url, headers) {
      const host = allowedHost(index, bare(url.hostname), portOf(url));
      const isOwn = url.host === index.url.host && url.protocol === index.url.protocol;
      if (host === null || (url.protocol !== "https:" && !isOwn)) return null;
      const isSecure = url.protocol === "https:";
      const options: https.RequestOptions = {
        agent: agents[isSecure ? "https:" : "http:"],
        host: host.name,
        port: host.port,
        method,
        path: url.pathname + url.search,
        headers: { ...headers, host: url.host, "user-agent": "openrouter-ide" },
        ...(isOwn && index.credentials !== null ? { auth: index.credentials } : {}),
        lookup: lookupFor(host),
        rejectUnauthorized: true,
        insecureHTTPParser: false,
      };
      const request = isSecure ? https.request(options) : http.request(options);
      request.setTimeout(silenceMs, () => request.destroy(new DialTrouble("did not answer in time")));
      return request;
    },
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

/** Its message ends a sentence that begins with the host's name. */
class DialTrouble extends Error {}

/** A name that leads into the neighbourhood is refused whole: it may be there to reach something else. */
function lookupFor(host: IndexHost): LookupFunction {
  return (name, options, answer) => {
    resolve(name, { ...options, all: true }, (error, found: LookupAddress[]) => {
      const [first] = found ?? [];
      if (error !== null || first === undefined) return answer(error ?? new Error("no address"), "");
      if (!host.isNamed && found.some(({ address }) => isPrivateAddress(address)))
        return answer(new DialTrouble("leads into a private network, so it was not asked"), "");
      if (options.all === true) answer(null, found);
      else answer(null, first.address, first.family);
    });
  };
}

/** What went wrong with a request to `host`, as a sentence. */
export function explainDial(error: Error, host: string): string {
  if (error instanceof DialTrouble) return `${host} ${error.message}.`;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return `${host} can't be found: this server is offline, or there is no such host.`;
  if (code === "ECONNREFUSED") return `Nobody answers at ${host}.`;
  if (/^E(NETUNREACH|HOSTUNREACH|TIMEDOUT)$/.test(code))
    return `There is no way to ${host} from this server.`;
  if (/CERT|SIGNATURE|ISSUER|SSL/.test(code))
    return `The certificate of ${host} is not to be trusted (${code}).`;
  return `${host} broke off (${code === "" ? error.message : code}).`;
}

/** Long enough for a slow line, short enough to be told at once. */
const probeMs = 5_000;

/** Asks for one small page; null when the index answers, else why not, in words. */
export function askIndex(dialer: IndexDialer, index: PackageIndex): Promise<string | null> {
  const request = dialer.request("HEAD", new URL(`${index.url.href}/pip/`), { accept: "*/*" });
  if (request === null) return Promise.resolve(`${indexName(index)} is not the index's own host.`);
  return new Promise((resolve) => {
    const late = setTimeout(() => request.destroy(new DialTrouble("did not answer in time")), probeMs);
    request.on("response", (reply) => {
      clearTimeout(late);
      reply.resume();
      resolve(statusTrouble(reply.statusCode ?? 0, indexName(index)));
    });
    request.on("error", (error) => {
      clearTimeout(late);
      resolve(explainDial(error, indexName(index)));
    });
    request.end();
  });
}

/** True when the index says that it has no such project; false when it has, or does not say. */
export function lacksProject(dialer: IndexDialer, index: PackageIndex, project: string): Promise<boolean> {
  const request = dialer.request("HEAD", new URL(`${index.url.href}/${project}/`), { accept: "*/*" });
  if (request === null) return Promise.resolve(false);
  return new Promise((resolve) => {
    request.on("response", (reply) => {
      reply.resume();
      resolve(reply.statusCode === 404);
    });
    request.on("error", () => resolve(false));
    request.end();
  });
}

function statusTrouble(status: number, host: string): string | null {
  if (status === 401 || status === 403) return `${host} wants a name and a password (it answered ${status}).`;
  return status >= 500 ? `${host} has trouble of its own (it answered ${status}).` : null;
}
