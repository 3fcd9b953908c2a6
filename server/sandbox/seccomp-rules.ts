/**
 * What the sandbox's programs may not ask of the kernel, by name and number on both machines (reference/sandbox.md,
 * section 6; numbers from Linux's asm/unistd_64.h and asm-generic/unistd.h). Everything else is allowed.
 */
export type Machine = "x64" | "arm64";

/** Number on x86-64, number on aarch64; null where the call does not exist. */
type Numbers = readonly [number | null, number | null];

/** Answered with EPERM, by what they would reach. */
const forbidden = {
  "mounts and roots": {
    mount: [165, 40],
    umount2: [166, 39],
    pivot_root: [155, 41],
    chroot: [161, 51],
    fsopen: [430, 430],
    fsconfig: [431, 431],
    fsmount: [432, 432],
    fspick: [433, 433],
    open_tree: [428, 428],
    open_tree_attr: [467, 467],
    move_mount: [429, 429],
    mount_setattr: [442, 442],
  },
  namespaces: { unshare: [272, 97], setns: [308, 268] },
  "other processes": {
    ptrace: [101, 117],
    process_vm_readv: [310, 270],
    process_vm_writev: [311, 271],
    process_madvise: [440, 440],
    pidfd_getfd: [438, 438],
    kcmp: [312, 272],
  },
  "kernel machinery": {
    bpf: [321, 280],
    perf_event_open: [298, 241],
    userfaultfd: [323, 282],
    init_module: [175, 105],
    finit_module: [313, 273],
    create_module: [174, null],
    delete_module: [176, 106],
    kexec_load: [246, 104],
    kexec_file_load: [320, 294],
    lookup_dcookie: [212, 18],
    iopl: [172, null],
    ioperm: [173, null],
    modify_ldt: [154, null],
    syslog: [103, 116],
    acct: [163, 89],
    uselib: [134, null],
    sysfs: [139, null],
    ustat: [136, null],
    _sysctl: [156, null],
    nfsservctl: [180, 42],
  },
  keys: { add_key: [248, 217], request_key: [249, 218], keyctl: [250, 219] },
  "shared memory and queues that no limit counts": {
    shmget: [29, 194],
    shmctl: [31, 195],
    shmat: [30, 196],
    shmdt: [67, 197],
    semget: [64, 190],
    semctl: [66, 191],
    semtimedop: [220, 192],
    semop: [65, 193],
    msgget: [68, 186],
    msgctl: [71, 187],
    msgrcv: [70, 188],
    msgsnd: [69, 189],
    mq_open: [240, 180],
    mq_unlink: [241, 181],
    mq_timedsend: [242, 182],
    mq_timedreceive: [243, 183],
    mq_notify: [244, 184],
    mq_getsetattr: [245, 185],
  },
  "the machine": {
    reboot: [169, 142],
    swapon: [167, 224],
    swapoff: [168, 225],
    settimeofday: [164, 170],
    clock_settime: [227, 112],
    clock_adjtime: [305, 266],
    adjtimex: [159, 171],
    sethostname: [170, 161],
    setdomainname: [171, 162],
    quotactl: [179, 60],
    quotactl_fd: [443, 443],
    vhangup: [153, 58],
  },
  "files by handle": {
    name_to_handle_at: [303, 264],
    open_by_handle_at: [304, 265],
    fanotify_init: [300, 262],
    fanotify_mark: [301, 263],
  },
} as const satisfies Record<string, Record<string, Numbers>>;

/** Answered with ENOSYS, as an older kernel would: libraries then take another way. */
const absent = {
  /** Its flags lie in memory, where a filter can't see them; C libraries fall back to clone. */
  clone3: [435, 435],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  /** Memory that neither a file system's size nor a process's own limit counts. */
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
} as const satisfies Record<string, Numbers>;

/** Judged by their arguments in seccomp-program.ts. */
const judged = {
  clone: [56, 220],
  socket: [41, 198],
  ioctl: [16, 29],
  personality: [135, 92],
} as const satisfies Record<string, Numbers>;

/** Numbers from here on had no call when this list was made. */
export const firstUnknownCall = 470;

/** AUDIT_ARCH_* of linux/audit.h. */
export const auditArchitecture: Record<Machine, number> = { x64: 0xc000003e, arm64: 0xc00000b7 };

const numberOn = (numbers: Numbers, machine: Machine): number | null => numbers[machine === "x64" ? 0 : 1];

const named = (table: Readonly<Record<string, Numbers>>, machine: Machine): ReadonlyMap<string, number> =>
  new Map(
    Object.entries(table).flatMap(([name, numbers]) => {
      const number = numberOn(numbers, machine);
      return number === null ? [] : [[name, number] as const];
    }),
  );

export const forbiddenCalls = (machine: Machine): ReadonlyMap<string, number> =>
  named(Object.assign({}, ...Object.values(forbidden)) as Record<string, Numbers>, machine);

export const absentCalls = (machine: Machine): ReadonlyMap<string, number> => named(absent, machine);

export const judgedCall = (name: keyof typeof judged, machine: Machine): number =>
  judged[name][machine === "x64" ? 0 : 1];
