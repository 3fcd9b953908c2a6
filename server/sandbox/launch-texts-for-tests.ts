/** What hosts are known to say when they refuse sandboxes, and what is made of it: for the tests of sandbox and doctor. */
export const launchTexts: readonly [text: string, cause: RegExp, advice: RegExp][] = [
  [
    "bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user namespaces.",
    /ordinary users/,
    /unprivileged_userns_clone/,
  ],
  ["bwrap: No permissions to create a new namespace", /ordinary users/, /unprivileged_userns_clone/],
  [
    "bwrap: Creating new namespace failed, likely because the kernel does not support user namespaces or user.max_user_namespaces is exhausted: No space left on device",
    /limited/,
    /max_user_namespaces=/,
  ],
  ["bwrap: setting up uid map: Permission denied", /AppArmor/, /bwrap-userns-restrict/],
  ["bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", /AppArmor/, /apparmor_restrict/],
  [
    "bwrap: Can't mount proc on /newroot/proc: Operation not permitted",
    /\/proc is partly hidden/,
    /systempaths=unconfined/,
  ],
  ["[Errno 1] making namespaces: Operation not permitted", /inside bubblewrap/, /AppArmor|apparmor/],
  [
    "[Errno 28] making namespaces: No space left on device",
    /number of user namespaces/,
    /max_user_namespaces=/,
  ],
  [
    "spawner: joining the sandbox's namespaces: [Errno 1] Operation not permitted",
    /can't enter what bubblewrap made/,
    /setns/,
  ],
  ["[Errno 1] mounting /proc: Operation not permitted", /hidden in this container/, /systempaths/],
  ["bwrap: Failed to make / slave: Permission denied", /forbids mounts/, /apparmor=unconfined/],
  [
    "bwrap: Can't read /proc/sys/kernel/overflowuid: No such file or directory",
    /hides most of \/proc/,
    /ProcSubset/,
  ],
  [
    "bwrap: loopback: Failed to create NETLINK_ROUTE socket: Address family not supported by protocol",
    /netlink/,
    /AF_NETLINK/,
  ],
  ["bwrap: Unknown option --disable-userns", /too old/, /0\.8/],
  [
    "spawner: [Errno 2] No such file or directory: '/usr/bin/bwrap'",
    /not installed/,
    /apt-get install bubblewrap/,
  ],
  [
    "bwrap: Can't find source path /private/python: Permission denied",
    /can't reach a directory/,
    /every user can enter/,
  ],
  ["bwrap: execvp /opt/python3: No such file or directory", /interpreter/, /pyenv/],
  ["spawner: [Errno 22] Invalid argument", /change to the unprivileged user/, /CAP_SETUID/],
  ["bwrap: Creating new namespace failed: Resource temporarily unavailable", /no room/, /ulimit/],
  ["spawner: [Errno 24] Too many open files", /no more descriptors/, /LimitNOFILE/],
  ["spawner: not ready in time", /not ready in time/, /overloaded/],
];
