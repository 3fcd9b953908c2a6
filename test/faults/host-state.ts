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
 * `servers`: the server, started as the first of its session, and its own children, of which the spawner has a session too.
 * Sandboxes have sessions of their own, but their mounts come from the temporary directory. A network namespace, and with it
 * every socket inside, lives as long as its processes.
 */
export function hostState(servers: readonly number[], temporary: string): HostState {
  const holds = (text: string): boolean => text.includes(temporary);
  return {
    processes: readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        const stat = read(`/proc/${pid}/stat`);
        // Behind the name, which may hold anything: state, parent, group, session.
        const [state, , , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        if (stat === "" || state === "Z") return [];
        const isOurs =
          servers.some((one) => one === Number(session) || one === Number(pid)) ||
          holds(read(`/proc/${pid}/mountinfo`));
        return isOurs ? [stat.slice(0, 60)] : [];
      }),
    mounts: read("/proc/self/mountinfo").split("\n").filter(holds),
    cgroups: cgroupsOf(servers),
    sockets: read("/proc/net/unix").split("\n").filter(holds),
    files: existsSync(temporary) ? readdirSync(temporary) : [],
  };
}

/** In every hierarchy, those of both versions: a spawner's directory there has its number in its name (runner/cgroup_files.py). */
function cgroupsOf(servers: readonly number[]): readonly string[] {
  const names = new Set(servers.map((pid) => `openrouter-ide-${pid}`));
  const below = (folder: string): readonly string[] =>
    folders(folder).flatMap((name) => [
      ...(names.has(name.replace(/-\d+-\d+$/, "")) ? [`${folder}/${name}`] : []),
      ...below(`${folder}/${name}`),
    ]);
  return below("/sys/fs/cgroup");
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
