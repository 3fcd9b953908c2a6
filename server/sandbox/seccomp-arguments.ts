/** The calls whose arguments decide, and what decides (numbers from Linux's uapi headers, alike on both machines). Pure. */
import {
  decide,
  give,
  ifAnyBit,
  keepBits,
  loadArgument,
  type Decision,
  type Span,
} from "./seccomp-instructions.ts";

const allow = give("allow");
const refuse = give("refuse");
const one = (value: number, decision: Decision = allow): Span => [value, value, decision];
const each = (...values: readonly number[]): Span[] => values.map((value) => one(value));

/** CLONE_NEW{TIME,NS,CGROUP,UTS,IPC,USER,PID,NET} */
const newNamespaces = 0x7e020080;

/** Streams and datagrams, of TCP or UDP: other protocols bring their kernel modules with them. */
const internet: Decision = [
  loadArgument(1),
  keepBits(0xf),
  ...decide([[1, 2, [loadArgument(2), ...decide(each(0, 6, 17), give("noSuchProtocol"))]]], refuse),
];

/** Protocol 0 is route netlink, which lists interfaces. */
const netlink: Decision = [loadArgument(2), ...decide(each(0), give("noSuchFamily"))];

/** Pipes, sockets and plain files; devices are refused. */
const mode = (index: number): Decision => [
  loadArgument(index),
  keepBits(0xf000),
  ...decide(each(0, 0x1000, 0x8000, 0xc000), refuse),
];

/** Of terminals, all but five; of sockets, what tells their state and the interfaces'; everything else is no request. */
const controls: readonly Span[] = [
  one(0x2), // FIGETBSZ
  // TCGETS to FIOQSIZE, without the tricks below
  [0x5401, 0x5411, allow],
  [0x5413, 0x541b, allow],
  [0x541e, 0x5422, allow],
  [0x5424, 0x5436, allow],
  [0x5438, 0x5460, allow],
  ...each(0x80045430, 0x40045431, 0x80045432, 0x40045436, 0x80045438, 0x80045439, 0x80045440), // TIOCGPTN and its kin
  one(0x802c542a), // TCGETS2
  [0x402c542b, 0x402c542d, allow], // TCSETS2, TCSETSW2, TCSETSF2
  [0x8901, 0x8907, allow], // FIOSETOWN to SIOCGSTAMPNS
  [0x8910, 0x8927, allow], // SIOCGIFNAME to SIOCGIFHWADDR; those that change something need CAP_NET_ADMIN
  ...each(0x8933, 0x8942, 0x8946, 0x8970), // SIOCGIFINDEX, SIOCGIFTXQLEN, SIOCETHTOOL, SIOCGIFMAP
];

/** TIOCSTI and TIOCLINUX put input into a terminal, TIOCCONS takes the console, TIOCSETD loads line disciplines, TIOCVHANGUP. */
const terminalTricks = [0x5412, 0x541c, 0x541d, 0x5423, 0x5437];

/** What a process may say of itself. Not PR_SET_DUMPABLE: it would hide what a program uses from who counts it. */
const processOptions: readonly Span[] = [
  [1, 3, allow], // PR_SET_PDEATHSIG, PR_GET_PDEATHSIG, PR_GET_DUMPABLE
  one(7), // PR_GET_KEEPCAPS
  [13, 13, allow], // PR_GET_TIMING
  [15, 16, allow], // PR_SET_NAME, PR_GET_NAME
  [21, 23, allow], // PR_GET_SECCOMP, PR_SET_SECCOMP, PR_CAPBSET_READ
  one(25), // PR_GET_TSC
  one(27), // PR_GET_SECUREBITS
  [29, 30, allow], // PR_SET_TIMERSLACK, PR_GET_TIMERSLACK
  [36, 42, allow], // child subreaper, no new privileges, PR_GET_TID_ADDRESS, huge pages
  [50, 56, allow], // SVE of aarch64, speculation, pointer keys and tagged addresses
  [65, 66, allow], // PR_SET_MDWE, PR_GET_MDWE
  one(0x53564d41), // PR_SET_VMA, which names memory
];

/** Segment registers, CPUID, and the wide registers that matrix libraries ask for. */
const machineOptions: readonly Span[] = [
  [0x1001, 0x1004, allow], // ARCH_SET_GS, ARCH_SET_FS, ARCH_GET_FS, ARCH_GET_GS
  one(0x1011), // ARCH_GET_CPUID
  [0x1021, 0x1023, allow], // ARCH_GET_XCOMP_SUPP, ARCH_GET_XCOMP_PERM, ARCH_REQ_XCOMP_PERM
];

export const decisions: Readonly<Record<string, Decision>> = {
  clone: [loadArgument(0), ...ifAnyBit(newNamespaces, refuse, allow)],
  socket: [
    loadArgument(0),
    ...decide([one(1), one(2, internet), one(10, internet), one(16, netlink)], give("noSuchFamily")),
  ],
  socketpair: [loadArgument(0), ...decide(each(1), give("noSuchFamily"))],
  // TCP_ULP puts other protocols (TLS, SMC) into the kernel below a socket.
  setsockopt: [
    loadArgument(1),
    ...decide([one(6, [loadArgument(2), ...decide([one(31, give("noSuchOption"))], allow)])], allow),
  ],
  ioctl: [
    loadArgument(1),
    ...decide([...terminalTricks.map((request) => one(request, refuse)), ...controls], give("noSuchControl")),
  ],
  // 0xffffffff asks for it; every other value changes it.
  personality: [loadArgument(0), ...decide(each(0xffffffff), refuse)],
  prctl: [loadArgument(0), ...decide(processOptions, give("noSuchRequest"))],
  arch_prctl: [loadArgument(0), ...decide(machineOptions, give("noSuchRequest"))],
  // Matrix libraries say where their memory shall lie; flags would move what lies there already.
  mbind: [loadArgument(5), ...decide(each(0), refuse)],
  mknod: mode(1),
  mknodat: mode(2),
};
