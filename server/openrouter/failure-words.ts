/** Puts what can go wrong on the way to OpenRouter into words, by the codes that Node, OpenSSL and the HTTP parser give. */
import type { UpstreamFailure } from "./upstream.ts";

const unreachable: Readonly<Record<string, string>> = {
  ENOTFOUND: "its name could not be resolved",
  EAI_AGAIN: "its name can't be resolved at the moment",
  ECONNREFUSED: "the connection was refused",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no network",
  ETIMEDOUT: "the connection timed out",
  ENOENT: "the simulator is not running",
  EACCES: "the connection is not permitted",
  EPROTO: "it does not speak TLS",
  EMFILE: "this server has no file descriptors left",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet (is this server's clock right?)",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by nobody that this server trusts",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by nobody that this server trusts",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by nobody that this server trusts",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is signed by nobody that this server trusts",
};

/** `sent`: the connection stood, so the request may have been worked on. */
export function failureOf(error: NodeJS.ErrnoException, sent: boolean): UpstreamFailure {
  const code = error.code ?? "";
  if (code.startsWith("HPE_") || code.startsWith("ERR_HTTP") || code === "ERR_INVALID_CHAR")
    return { code: "bad-reply", message: `OpenRouter answered with something that is not HTTP (${code}).` };
  if (sent) return { code: "bad-reply", message: "OpenRouter closed the connection without an answer." };
  const cause =
    unreachable[code] ?? (code === "" ? "the connection failed" : `the connection failed (${code})`);
  return { code: "unreachable", message: `OpenRouter can't be reached from this server: ${cause}.` };
}
