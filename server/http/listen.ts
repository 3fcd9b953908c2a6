/** Binds a server to an address and a port, taking the next free port when the operator fixed none. */
import type { Server } from "node:http";
import { isIP, type AddressInfo } from "node:net";
import { StartRefusal } from "./start-refusal.ts";

const portsTried = 100;
const lastPort = 65_535;

/** Answers the port that it got. Throws StartRefusal when there is none. */
export async function listen(server: Server, host: string, port: number, isFixed: boolean): Promise<number> {
  const last = isFixed || port === 0 ? port : Math.min(port + portsTried - 1, lastPort);
  for (let tried = port; tried <= last; tried++) {
    const outcome = await tryPort(server, host, tried);
    if (typeof outcome === "number") return outcome;
    if (outcome.code !== "EADDRINUSE") throw refusalFor(outcome, host, tried);
  }
  const ports = last === port ? `Port ${port} is` : `Ports ${port} to ${last} are`;
  throw new StartRefusal(`${ports} in use.`, "Stop what uses it, or choose another with --port.");
}

function tryPort(server: Server, host: string, port: number): Promise<number | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException): void => resolve(error);
    server.once("error", onError);
    server.listen({ host, port, exclusive: true }, () => {
      server.off("error", onError);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function refusalFor(error: NodeJS.ErrnoException, host: string, port: number): StartRefusal {
  if (error.code === "EACCES") {
    return new StartRefusal(
      `Port ${port} needs more rights than this process has.`,
      "Choose one above 1023 with --port.",
    );
  }
  return new StartRefusal(
    `Can't listen on ${host}: ${error.message}.`,
    "Choose another address with --host.",
  );
}

/**
 * The address to bind to. Spellings that a resolver would turn into an address ("0", "0x7f.1", full-width digits) are
 * refused, and so is any address that others can reach unless the operator chose the token: never open by accident.
 */
export function bindAddress(host: string, tokenIsGiven: boolean): string {
  const address = host === "localhost" ? "127.0.0.1" : host;
  if (isIP(address) === 0) {
    throw new StartRefusal(
      `"${host}" is not an address to listen on.`,
      "Give an IP address, such as 127.0.0.1.",
    );
  }
  if (!isLoopback(address) && !tokenIsGiven) {
    throw new StartRefusal(
      `Listening on ${address} would open this server to others.`,
      "Give a token or password of your own with --token.",
    );
  }
  return address;
}

const isLoopback = (address: string): boolean => address.startsWith("127.") || address === "::1";
