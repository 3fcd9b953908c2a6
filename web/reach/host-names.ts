/** Host names as people paste them, one a line or with commas, made plain; what is none is named. Pure. */
import { SetReach } from "../../contract/session.ts";

export interface HostNames {
  readonly hosts: readonly string[];
  /** What is wrong, in a sentence; null when all is well. */
  readonly problem: string | null;
}

export function hostNamesIn(text: string): HostNames {
  const words = text.split(/[\s,;]+/).filter((word) => word !== "");
  const hosts = [...new Set(words.map(plainName))].filter((name) => name !== "openrouter.ai");
  const wrong = hosts.find((name) => !isAllowed([name]));
  if (wrong !== undefined)
    return { hosts, problem: `“${wrong.slice(0, 60)}” is not the name of a host, as api.example.com.` };
  return { hosts, problem: isAllowed(hosts) ? null : "These are more hosts than a session may have." };
}

const isAllowed = (hosts: readonly string[]): boolean =>
  SetReach.safeParse({ hosts, accountPaths: false }).success;

/** An address becomes its host, letters of other alphabets become what the name system has for them. */
function plainName(word: string): string {
  const url = URL.parse(/^[a-z]+:\/\//i.test(word) ? word : `https://${word}`);
  return url === null || url.hostname === "" ? word : url.hostname;
}
