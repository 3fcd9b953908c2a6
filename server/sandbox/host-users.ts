/** Host users without an entry in passwd: one for each sandbox, so that what the kernel counts per user is not shared. */

export interface HostUsers {
  /** The host user for one sandbox; null: the server's own. */
  take(): number | null | "none";
  giveBack(user: number | null): void;
}

/** Far above what distributions and containers hand out (systemd's UIDS-GIDS: unused from 1,879,048,192). */
const firstUser = 1_900_000_000;
/** For a root inside a user namespace with few users mapped: between Debian's ordinary and systemd's dynamic users. */
const firstUserOfFew = 60_800;
const userCount = 256;

/** `uid`: the server's; `uidMap`: its /proc/self/uid_map. */
export function createHostUsers(uid: number, uidMap: string): HostUsers {
  if (uid !== 0) return { take: () => null, giveBack: () => undefined };
  const first = isMapped(uidMap, firstUser + userCount) ? firstUser : firstUserOfFew;
  const taken = new Set<number>();
  return {
    take() {
      for (let user = first; user < first + userCount; user += 1) {
        if (taken.has(user)) continue;
        taken.add(user);
        return user;
      }
      return "none";
    },
    giveBack(user) {
      if (user !== null) taken.delete(user);
    },
  };
}

function isMapped(uidMap: string, user: number): boolean {
  return uidMap.split("\n").some((line) => {
    const [first = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
    return user >= first && user < first + count;
  });
}
