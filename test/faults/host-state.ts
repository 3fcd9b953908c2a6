/** What a server with its own temporary directory has on this host: processes, mounts, cgroups, sockets and files. */
import { existsSync, readFileSync, readdirSync } from "node:fs";

export interface HostState {
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  readonly cgroups: readonly string[];
  readonly sockets: readonly string[];
  readonly files: readonly string[];
}

export const nothing: HostState = { processes: [], mounts: [], cgroups: [], sockets: [], files: [] };

/**
 * The server must have been started as the first of its session. Its sandboxes' processes have sessions of their own, but
 * their mounts come from the temporary directory.
 */
export function hostState(server: number, temporary: string): HostState {
  const holds = (text: string): boolean => text.includes(temporary);
  return {
    processes: readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        const stat = read(`/proc/${pid}/stat`);
        // Behind the name, which may hold anything: state, parent, group, session.
        const [state, , , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        if (stat === "" || state === "Z") return [];
        const isOurs = Number(session) === server || holds(read(`/proc/${pid}/mountinfo`));
        return isOurs ? [stat.slice(0, 60)] : [];
      }),
    mounts: read("/proc/self/mountinfo").split("\n").filter(holds),
    cgroups: cgroupsOf(server),
    sockets: read("/proc/net/unix").split("\n").filter(holds),
    files: existsSync(temporary) ? readdirSync(temporary) : [],
  };
}

/** By name: a server's groups hold its number. Two levels below each hierarchy's own are looked at. */
function cgroupsOf(server: number): readonly string[] {
  const root = "/sys/fs/cgroup";
  if (!existsSync(root)) return [];
  const below = (folder: string, depth: number): readonly string[] =>
    depth === 0
      ? []
      : folders(folder).flatMap((name) => [`${folder}/${name}`, ...below(`${folder}/${name}`, depth - 1)]);
  return below(root, 4).filter((path) => new RegExp(`\\D${server}(\\D|$)`).test(path));
}

const gone = new Set(["ENOENT", "ESRCH", "EINVAL", "EACCES", "ENODEV"]);

function folders(place: string): readonly string[] {
  try {
    return readdirSync(place, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    if (gone.has((error as NodeJS.ErrnoException).code ?? "")) return []; // it has just been removed
    throw error;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if (gone.has((error as NodeJS.ErrnoException).code ?? "")) return ""; // the process has just ended
    throw error;
  }
}
