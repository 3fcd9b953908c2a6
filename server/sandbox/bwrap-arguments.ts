/** What bubblewrap is told: the whole view of the world that a program gets. Pure; reference/sandbox.md, section 6. */
import { libraryLinks, type HostLayout } from "./host-layout.ts";
import type { Nesting } from "./sandbox.ts";

/** The descriptor that runner/launch.py lays out before it becomes bwrap. */
const seccompFd = 4;

const MiB = 2 ** 20;
/** Each run's own file systems in memory; what lies in them counts towards its memory. */
export const fileSystemBytes = { "/project": 256 * MiB, "/tmp": 256 * MiB, "/dev/shm": 64 * MiB } as const;

export type Way = Nesting["way"];

export interface NameFiles {
  readonly hosts: string;
  readonly authorities: string;
}

export interface View {
  readonly way: Way;
  readonly host: HostLayout;
  /** The runtime directory's etc/ and site/. */
  readonly etc: string;
  readonly site: string;
  /** Files in the place of /etc/hosts and of the authorities that are trusted; null: as in `etc`. */
  readonly names: NameFiles | null;
  readonly python: string;
  /** Directories outside /usr that the interpreter needs, bound where they are. */
  readonly pythonDirectories: readonly string[];
  /** A directory of the host that the program may write, at its own path; null for everybody else's programs. */
  readonly writableDirectory: string | null;
  readonly fileName: string;
}

/** Where the gateway's listener is: with other hosts, which have addresses of their own, on the whole loopback. */
export const listenerAddress = (names: NameFiles | null): string =>
  names === null ? "127.0.0.1" : "0.0.0.0";

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
    ["--uid", "1000", "--gid", "1000", "--hostname", "sandbox"],
    ["--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"],
    // The interpreter is the one that waits for the program and all that it leaves, as it is of a nested run.
    view.way === "single-use" ? ["--as-pid-1"] : [],
    ["--ro-bind", "/usr", "/usr", ...libraryLinks(view.host)],
    ["--ro-bind", view.etc, "/etc", "--ro-bind-try", "/etc/alternatives", "/etc/alternatives"],
    ...(view.names === null ? [] : namesOver(view.names, bundle)),
    // What draws text looks for fonts by these.
    ["--ro-bind-try", "/etc/fonts", "/etc/fonts"],
    ["--proc", "/proc", "--dev", "/dev"],
    ...Object.entries(fileSystemBytes).map(([place, bytes]) => ownFiles(view.way, place, bytes)),
    ["--chdir", "/project"],
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
      SSL_CERT_FILE: bundle,
      REQUESTS_CA_BUNDLE: bundle,
      CURL_CA_BUNDLE: bundle,
      PYTHONPATH: "/run/site",
      OPENROUTER_IDE_ZYGOTE: view.way,
      // runner/site/init.py: where its listener is.
      OPENROUTER_IDE_LISTEN: listenerAddress(view.names),
      OPENROUTER_IDE_ROOM: Object.entries(fileSystemBytes)
        .map(([place, bytes]) => `${place}=${bytes}`)
        .join("\n"),
      // A file of a package may be larger than what a program has room for.
      OPENROUTER_IDE_FILE_BYTES: String(
        view.writableDirectory === null ? fileSystemBytes["/project"] : 2047 * MiB,
      ),
      OPENROUTER_IDE_KEEP: hiddenDirectories(view).join("\n"),
    }),
    ["--seccomp", String(seccompFd)],
  ];
  return rows.flat();
}

const namesOver = ({ hosts, authorities }: NameFiles, bundle: string): readonly (readonly string[])[] => [
  ["--ro-bind", hosts, "/etc/hosts"],
  ["--ro-bind", authorities, bundle, "--ro-bind", authorities, "/etc/ssl/cert.pem"],
];

/** Over a zygote's, each nested run has its own (runner/site/init.py): no run ever writes to the zygote's. */
const ownFiles = (way: Way, place: string, bytes: number): string[] => [
  ...(way === "nested" || place === "/project" ? [] : ["--perms", "1777"]),
  "--size",
  String(way === "nested" ? MiB : bytes),
  "--tmpfs",
  place,
];

/** Bound below a place that each run covers with its own file system: they are bound there once more. */
const hiddenDirectories = (view: View): string[] =>
  [...view.pythonDirectories, ...(view.writableDirectory === null ? [] : [view.writableDirectory])].filter(
    (directory) => Object.keys(fileSystemBytes).some((place) => directory.startsWith(`${place}/`)),
  );

const environment = (variables: Readonly<Record<string, string>>): string[] =>
  Object.entries(variables).flatMap(([name, value]) => ["--setenv", name, value]);
