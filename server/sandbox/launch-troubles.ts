/** Why a sandbox could not start, and how to mend it, from what bubblewrap said (reference/sandbox.md, 8.2). Pure. */

export interface LaunchTrouble {
  /** The last line of what was said, cut. */
  readonly error: string;
  readonly cause: string;
  readonly advice: string;
}

/** What to explain when a sandbox said nothing and did not begin. */
export const notInTime = "spawner: not ready in time";

interface Known {
  readonly pattern: RegExp;
  readonly cause: string;
  readonly advice: string;
}

const known: readonly Known[] = [
  {
    pattern: /No permissions to create (a )?new namespace/i,
    cause: "This system does not let ordinary users make namespaces.",
    advice:
      "Set kernel.unprivileged_userns_clone=1 (sysctl); in a systemd unit remove RestrictNamespaces=; in a container allow namespaces (Docker: --security-opt seccomp=unconfined, or a profile that allows clone and unshare). Inside a chroot the kernel refuses them always: use a container or the machine itself.",
  },
  {
    pattern:
      /(Creating new namespace failed|making namespaces:).*(ENOSPC|No space left|nesting depth|max_user_namespaces)/i,
    cause: "The number of user namespaces is limited to none or is used up.",
    advice: "Raise it: sysctl user.max_user_namespaces=16384",
  },
  {
    pattern: /setting up uid map: Permission denied|Failed RTM_NEWADDR: Operation not permitted/i,
    cause: "AppArmor takes the rights from new user namespaces (Ubuntu 23.10 and newer).",
    advice:
      "Load the bwrap-userns-restrict profile of the apparmor-profiles package, or set kernel.apparmor_restrict_unprivileged_userns=0 (sysctl).",
  },
  {
    pattern: /making namespaces: (Operation not permitted|Permission denied)/i,
    cause: "This system lets bubblewrap make namespaces, but not what runs inside bubblewrap.",
    advice:
      "Leave OPENROUTER_IDE_SANDBOX unset, or set it to single-use: then nothing inside needs to. AppArmor takes that right with the bwrap-userns-restrict profile: set kernel.apparmor_restrict_unprivileged_userns=0 (sysctl), or give bubblewrap a profile that allows userns.",
  },
  {
    pattern: /Can't mount proc on|mounting \/proc:/i,
    cause: "/proc is partly hidden in this container, so no new one can be mounted.",
    advice: "Docker: --security-opt systempaths=unconfined; Podman: --security-opt unmask=ALL.",
  },
  {
    pattern: /Failed to make \/ (slave|private): Permission denied/i,
    cause: "AppArmor or the container's policy forbids mounts.",
    advice: "Docker: --security-opt apparmor=unconfined, or a profile that allows mounts in user namespaces.",
  },
  {
    pattern: /Can't read \/proc\/sys\/kernel\/overflow[ug]id/i,
    cause: "The systemd unit hides most of /proc.",
    advice: "Remove ProcSubset=pid from the unit.",
  },
  {
    pattern: /Failed to create NETLINK_ROUTE socket/i,
    cause: "The systemd unit forbids netlink sockets.",
    advice: "Add AF_NETLINK to RestrictAddressFamilies=.",
  },
  {
    pattern: /Unknown option --(disable-userns|size|args|perms)/i,
    cause: "bubblewrap is too old.",
    advice: "Version 0.8 or newer is needed: apt-get install bubblewrap",
  },
  {
    pattern: /joining the sandbox's namespaces:/i,
    cause: "The spawner can't enter what bubblewrap made, and nothing inside may make namespaces.",
    advice:
      "Use Debian's or Ubuntu's own bubblewrap, and let the server's security profile enter the namespaces of its own user (setns).",
  },
  {
    pattern: /spawner: .*No such file or directory/i,
    cause: "bubblewrap is not installed.",
    advice: "Install it: apt-get install bubblewrap",
  },
  {
    pattern: /Can't find source path (\S+): No such file/i,
    cause: "The chosen Python is no longer where it was.",
    advice: "Choose another one, or install it again.",
  },
  {
    pattern: /Can't find source path (\S+): Permission denied/i,
    cause: "Sandboxes run as an unprivileged user, who can't reach a directory that they need.",
    advice: "Use an interpreter and a TMPDIR that every user can enter, such as /usr/bin/python3 and /tmp.",
  },
  {
    pattern: /execvp .*: (No such file|Permission denied)/i,
    cause: "The Python interpreter can't be started inside the sandbox.",
    advice: "Name a real interpreter (not a pyenv shim or a script) with --python, or install python3.",
  },
  {
    pattern: /spawner: .*(Operation not permitted|Invalid argument)/i,
    cause: "The server may not change to the unprivileged user that programs run as.",
    advice:
      "Start the server as an ordinary user, or as a root that may change users (CAP_SETUID, CAP_SETGID).",
  },
  {
    pattern: /out of memory before the program began|^MemoryError/,
    cause: "The program's files need more memory than it may use.",
    advice: "Use smaller files.",
  },
  {
    pattern: /the server is shutting down/,
    cause: "The server is shutting down.",
    advice: "Try again when it is back.",
  },
  {
    pattern: /not ready in time/,
    cause: "The sandbox was not ready in time.",
    advice: "The machine may be overloaded: wait until other programs have ended.",
  },
  {
    pattern: /no user is free/,
    cause: "As many programs run as this server has users for.",
    advice: "Wait until one has ended.",
  },
  {
    pattern: /Too many open files/,
    cause: "The server has no more descriptors for another program.",
    advice: "Wait until one has ended, or raise the limit (ulimit -n, LimitNOFILE= in a systemd unit).",
  },
  {
    pattern: /ended before it was ready|pipes could not be opened: (ENOENT|ENXIO)/,
    cause: "The sandbox ended before the program began.",
    advice: "Try again; the server's log has more when it happens often.",
  },
  {
    pattern: /Resource temporarily unavailable|Cannot allocate memory/i,
    cause: "This machine has no room for another process.",
    advice: "Wait until other programs have ended, or raise the limit of processes (ulimit -u).",
  },
];

/** Whether `text` says that bubblewrap did its part, and that what waits inside may not make namespaces, or may do nothing in them. */
export const isNestingRefused = (text: string): boolean =>
  /could not be made ready: .*(Operation not permitted|Permission denied|No space left on device|Too many users|Invalid argument|Function not implemented)/.test(
    text,
  );

/** `text` is what was written to standard error before the program's first line. */
export function explainLaunch(text: string): LaunchTrouble {
  const found = known.find(({ pattern }) => pattern.test(text));
  const said = text.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
  return {
    error: said,
    cause:
      found?.cause ??
      (said === "" ? "The sandbox ended before the program began." : `The sandbox said: ${said}`),
    advice: found?.advice ?? "Run `openrouter-ide doctor` on the server for each part's state.",
  };
}
