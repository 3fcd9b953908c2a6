/** What bubblewrap is told: the whole view of the world that a program gets. Pure; reference/sandbox.md, section 6. */
import { libraryLinks, type HostLayout } from "./host-layout.ts";

/** The descriptors that runner/launch.py lays out before it becomes bwrap. */
const seccompFd = 4;
const infoFd = 5;

const MiB = 2 ** 20;
/** File systems in memory; what lies in them counts towards a run's memory. */
export const fileSystemBytes = { "/project": 256 * MiB, "/tmp": 256 * MiB, "/dev/shm": 64 * MiB } as const;

export interface View {
  readonly host: HostLayout;
  /** The runtime directory's etc/ and site/. */
  readonly etc: string;
  readonly site: string;
  readonly python: string;
  /** Directories outside /usr that the interpreter needs, bound where they are. */
  readonly pythonDirectories: readonly string[];
  /** A directory of the host that the program may write, at its own path; null for everybody else's programs. */
  readonly writableDirectory: string | null;
  /** False where /proc/sys is read-only; the seccomp program refuses nested namespaces in any case. */
  readonly disableUserNamespaces: boolean;
  readonly fileName: string;
}

/** What stands behind `--`, so that no name can be taken for an option. */
export const sandboxCommand = (view: View): string[] => [view.python, `/project/${view.fileName}`];

/** The options, which go to bwrap by descriptor: on its command line they would show host paths to the program. */
export function bwrapArguments(view: View): string[] {
  const bundle = "/etc/ssl/certs/ca-certificates.crt";
  const rows: readonly (readonly string[])[] = [
    [
      "--unshare-user",
      "--unshare-pid",
      "--unshare-net",
      "--unshare-ipc",
      "--unshare-uts",
      "--unshare-cgroup",
    ],
    view.disableUserNamespaces ? ["--disable-userns"] : [],
    ["--uid", "1000", "--gid", "1000", "--hostname", "sandbox"],
    ["--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"],
    ["--ro-bind", "/usr", "/usr", ...libraryLinks(view.host)],
    ["--ro-bind", view.etc, "/etc", "--ro-bind-try", "/etc/alternatives", "/etc/alternatives"],
    ["--proc", "/proc", "--dev", "/dev"],
    sized("/dev/shm"),
    ["--perms", "1777", ...sized("/tmp")],
    ["--perms", "0755", ...sized("/project"), "--chdir", "/project"],
    // After the tmpfs, below which they may lie; nothing of a program's is there yet that could be a link.
    ...view.pythonDirectories.map((directory) => ["--ro-bind", directory, directory]),
    view.writableDirectory === null ? [] : ["--bind", view.writableDirectory, view.writableDirectory],
    ["--ro-bind", view.site, "/run/site"],
    ["--remount-ro", "/dev", "--remount-ro", "/"],
    environment({
      PATH: "/usr/local/bin:/usr/bin:/bin",
      HOME: "/project",
      USER: "user",
      LANG: "C.UTF-8",
      TERM: "xterm-256color",
      COLORTERM: "truecolor",
      TMPDIR: "/tmp",
      PYTHONUNBUFFERED: "1",
      SSL_CERT_FILE: bundle,
      REQUESTS_CA_BUNDLE: bundle,
      CURL_CA_BUNDLE: bundle,
      PYTHONPATH: "/run/site",
      OPENROUTER_IDE_JOB: "1",
    }),
    ["--seccomp", String(seccompFd), "--info-fd", String(infoFd)],
  ];
  return rows.flat();
}

const sized = (place: keyof typeof fileSystemBytes): string[] => [
  "--size",
  String(fileSystemBytes[place]),
  "--tmpfs",
  place,
];

const environment = (variables: Readonly<Record<string, string>>): string[] =>
  Object.entries(variables).flatMap(([name, value]) => ["--setenv", name, value]);
