/** Port: a connection to another host that the user lets programs reach, never into a private network. */
import type { Socket } from "node:net";
import type { Result } from "../../contract/failures.ts";

export interface DialTrouble {
  readonly code: "not-found" | "private" | "unreachable";
  /** A sentence that names the host. */
  readonly says: string;
}

export interface HostDialer {
  /** To the host's port 443; the name is resolved, and every address checked, at each call. */
  connect(name: string): Promise<Result<Socket, DialTrouble>>;
}
