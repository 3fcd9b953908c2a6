/**
 * What the sandbox's programs may ask of the kernel: a judgement on every call of Linux, by name and number on both machines
 * (reference/sandbox.md, section 6; numbers from Linux's syscall_64.tbl and asm-generic/unistd.h).
 * A number that is not here does not exist for a program.
 */
export type Machine = "x64" | "arm64";

/** AUDIT_ARCH_* of linux/audit.h. */
export const auditArchitecture: Record<Machine, number> = { x64: 0xc000003e, arm64: 0xc00000b7 };

/** Numbers from here on had no call when this list was made. */
export const firstUnknownCall = 472;

export type Judgement = "allowed" | "refused" | "absent" | "judged";

export interface Call {
  readonly name: string;
  readonly number: number;
  readonly judgement: Judgement;
}

/** Every known call of the machine. */
export const callsOf = (machine: Machine): readonly Call[] => calls[machine];

/** Name and number of the calls that are answered with EPERM, whatever their arguments. */
export const forbiddenCalls = (machine: Machine): ReadonlyMap<string, number> => judgedAs("refused", machine);

/** Name and number of the calls that are answered with ENOSYS. */
export const absentCalls = (machine: Machine): ReadonlyMap<string, number> => judgedAs("absent", machine);

/** What the process that makes the runs' namespaces may call as well; each run's own filter takes it away again. */
export const callsOfZygote: ReadonlySet<string> = new Set(
  "clone unshare setns mount umount2 pivot_root sethostname seccomp prctl capset".split(" "),
);

// In all tables: name, number on x86-64, number on aarch64; "-" where the call does not exist.

const allowed = {
  "reading and writing what is open": `
    read 0 63, write 1 64, readv 19 65, writev 20 66, pread64 17 67, pwrite64 18 68, preadv 295 69,
    pwritev 296 70, preadv2 327 286, pwritev2 328 287, lseek 8 62, sendfile 40 71, splice 275 76,
    tee 276 77, copy_file_range 326 285, readahead 187 213, fadvise64 221 223, fallocate 285 47,
    ftruncate 77 46, fsync 74 82, fdatasync 75 83, sync_file_range 277 84, close 3 57,
    close_range 436 436, dup 32 23, dup2 33 -, dup3 292 24, fcntl 72 25, flock 73 32, pipe 22 -,
    pipe2 293 59`,
  "files by name": `
    open 2 -, openat 257 56, openat2 437 437, creat 85 -, stat 4 -, lstat 6 -, fstat 5 80,
    newfstatat 262 79, statx 332 291, statfs 137 43, fstatfs 138 44, access 21 -, faccessat 269 48,
    faccessat2 439 439, getcwd 79 17, chdir 80 49, fchdir 81 50, getdents 78 -, getdents64 217 61,
    mkdir 83 -, mkdirat 258 34, rmdir 84 -, unlink 87 -, unlinkat 263 35, rename 82 -, renameat 264 38,
    renameat2 316 276, link 86 -, linkat 265 37, symlink 88 -, symlinkat 266 36, readlink 89 -,
    readlinkat 267 78, truncate 76 45, umask 95 166, chmod 90 -, fchmod 91 52, fchmodat 268 53,
    fchmodat2 452 452, chown 92 -, fchown 93 55, lchown 94 -, fchownat 260 54, utime 132 -,
    utimes 235 -, futimesat 261 -, utimensat 280 88, getxattr 191 8, lgetxattr 192 9, fgetxattr 193 10,
    setxattr 188 5, lsetxattr 189 6, fsetxattr 190 7, listxattr 194 11, llistxattr 195 12,
    flistxattr 196 13, removexattr 197 14, lremovexattr 198 15, fremovexattr 199 16`,
  "waiting for events": `
    select 23 -, pselect6 270 72, poll 7 -, ppoll 271 73, epoll_create 213 -, epoll_create1 291 20,
    epoll_ctl 233 21, epoll_wait 232 -, epoll_pwait 281 22, epoll_pwait2 441 441, eventfd 284 -,
    eventfd2 290 19, signalfd 282 -, signalfd4 289 74, timerfd_create 283 85, timerfd_settime 286 86,
    timerfd_gettime 287 87, inotify_init 253 -, inotify_init1 294 26, inotify_add_watch 254 27,
    inotify_rm_watch 255 28`,
  memory: `
    brk 12 214, mmap 9 222, munmap 11 215, mremap 25 216, mprotect 10 226, madvise 28 233, msync 26 227,
    mincore 27 232, mlock 149 228, mlock2 325 284, munlock 150 229, mlockall 151 230,
    munlockall 152 231, membarrier 324 283, pkey_mprotect 329 288, pkey_alloc 330 289,
    pkey_free 331 290, mseal 462 462, get_mempolicy 239 236`,
  "threads and their locks": `
    futex 202 98, set_robust_list 273 99, get_robust_list 274 100, set_tid_address 218 96, rseq 334 293,
    gettid 186 178, getcpu 309 168`,
  processes: `
    fork 57 -, vfork 58 -, execve 59 221, execveat 322 281, exit 60 93, exit_group 231 94, wait4 61 260,
    waitid 247 95, getpid 39 172, getppid 110 173, getpgid 121 155, setpgid 109 154, getpgrp 111 -,
    getsid 124 156, setsid 112 157, pidfd_open 434 434, pidfd_send_signal 424 424,
    restart_syscall 219 128`,
  "the host's own probes in a program (newer kernels do not even ask a filter)": `
    uretprobe 335 -, uprobe 336 -`,
  "filters of a program's own, which can only narrow": `
    seccomp 317 277`,
  signals: `
    kill 62 129, tkill 200 130, tgkill 234 131, rt_sigaction 13 134, rt_sigprocmask 14 135,
    rt_sigreturn 15 139, rt_sigpending 127 136, rt_sigsuspend 130 133, rt_sigtimedwait 128 137,
    rt_sigqueueinfo 129 138, rt_tgsigqueueinfo 297 240, sigaltstack 131 132, pause 34 -`,
  time: `
    time 201 -, gettimeofday 96 169, clock_gettime 228 113, clock_getres 229 114,
    clock_nanosleep 230 115, nanosleep 35 101, times 100 153, alarm 37 -, getitimer 36 102,
    setitimer 38 103, timer_create 222 107, timer_settime 223 110, timer_gettime 224 108,
    timer_getoverrun 225 109, timer_delete 226 111`,
  "turns on the processor": `
    sched_yield 24 124, sched_getaffinity 204 123, sched_setaffinity 203 122, sched_getparam 143 121,
    sched_setparam 142 118, sched_getscheduler 145 120, sched_setscheduler 144 119,
    sched_getattr 315 275, sched_setattr 314 274, sched_get_priority_max 146 125,
    sched_get_priority_min 147 126, sched_rr_get_interval 148 127, getpriority 140 141,
    setpriority 141 140, ioprio_get 252 31, ioprio_set 251 30`,
  "who and where it is (without capabilities nobody can become another)": `
    getuid 102 174, geteuid 107 175, getgid 104 176, getegid 108 177, getgroups 115 158,
    getresuid 118 148, getresgid 120 150, setuid 105 146, setgid 106 144, setreuid 113 145,
    setregid 114 143, setresuid 117 147, setresgid 119 149, setfsuid 122 151, setfsgid 123 152,
    setgroups 116 159, capget 125 90, uname 63 160, sysinfo 99 179, getrlimit 97 163, setrlimit 160 164,
    prlimit64 302 261, getrusage 98 165, getrandom 318 278`,
  "sockets, once made": `
    bind 49 200, listen 50 201, accept 43 202, accept4 288 242, connect 42 203, getsockname 51 204,
    getpeername 52 205, sendto 44 206, recvfrom 45 207, sendmsg 46 211, recvmsg 47 212,
    sendmmsg 307 269, recvmmsg 299 243, shutdown 48 210, getsockopt 55 209`,
};

/** Answered with EPERM, by what they would reach. */
const refused = {
  "mounts and roots": `
    mount 165 40, umount2 166 39, pivot_root 155 41, chroot 161 51, fsopen 430 430, fsconfig 431 431,
    fsmount 432 432, fspick 433 433, open_tree 428 428, open_tree_attr 467 467, move_mount 429 429,
    mount_setattr 442 442`,
  namespaces: `
    unshare 272 97, setns 308 268`,
  rights: `
    capset 126 91`,
  "other processes": `
    ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271, process_madvise 440 440,
    process_mrelease 448 448, pidfd_getfd 438 438, kcmp 312 272`,
  "kernel machinery": `
    bpf 321 280, perf_event_open 298 241, userfaultfd 323 282, init_module 175 105,
    finit_module 313 273, create_module 174 -, delete_module 176 106, kexec_load 246 104,
    kexec_file_load 320 294, lookup_dcookie 212 18, iopl 172 -, ioperm 173 -, modify_ldt 154 -,
    syslog 103 116, acct 163 89, uselib 134 -, sysfs 139 -, ustat 136 -, _sysctl 156 -,
    nfsservctl 180 42`,
  keys: `
    add_key 248 217, request_key 249 218, keyctl 250 219`,
  "shared memory and queues that no limit counts": `
    shmget 29 194, shmctl 31 195, shmat 30 196, shmdt 67 197, semget 64 190, semctl 66 191,
    semtimedop 220 192, semop 65 193, msgget 68 186, msgctl 71 187, msgrcv 70 188, msgsnd 69 189,
    mq_open 240 180, mq_unlink 241 181, mq_timedsend 242 182, mq_timedreceive 243 183,
    mq_notify 244 184, mq_getsetattr 245 185`,
  "the machine": `
    reboot 169 142, swapon 167 224, swapoff 168 225, settimeofday 164 170, clock_settime 227 112,
    clock_adjtime 305 266, adjtimex 159 171, sethostname 170 161, setdomainname 171 162,
    quotactl 179 60, quotactl_fd 443 443, vhangup 153 58, sync 162 81, syncfs 306 267`,
  "where memory lies": `
    set_mempolicy 238 237, migrate_pages 256 238, move_pages 279 239`,
  "files by handle": `
    name_to_handle_at 303 264, open_by_handle_at 304 265, fanotify_init 300 262, fanotify_mark 301 263`,
};

/** Answered with ENOSYS, as an older kernel would: libraries then take another way. */
const absent = {
  "its flags lie in memory, where a filter can't see them; C libraries fall back to clone": `
    clone3 435 435`,
  io_uring: `
    io_uring_setup 425 425, io_uring_enter 426 426, io_uring_register 427 427`,
  "memory that neither a file system's size nor a process's own limit counts": `
    memfd_create 319 279, memfd_secret 447 447`,
  "queues that the whole machine has so many of": `
    io_setup 206 0, io_destroy 207 1, io_submit 209 2, io_cancel 210 3, io_getevents 208 4,
    io_pgetevents 333 292`,
  "rarely used, with a long record of faults": `
    vmsplice 278 75, remap_file_pages 216 234`,
  "newer than what programs rely on": `
    landlock_create_ruleset 444 444, landlock_add_rule 445 445, landlock_restrict_self 446 446,
    futex_waitv 449 449, futex_wake 454 454, futex_wait 455 455, futex_requeue 456 456,
    set_mempolicy_home_node 450 450, cachestat 451 451, map_shadow_stack 453 453, statmount 457 457,
    listmount 458 458, listns 470 470, lsm_get_self_attr 459 459, lsm_set_self_attr 460 460,
    lsm_list_modules 461 461, setxattrat 463 463, getxattrat 464 464, listxattrat 465 465,
    removexattrat 466 466, file_getattr 468 468, file_setattr 469 469, rseq_slice_yield 471 471`,
  "numbers that Linux itself no longer answers, or never did": `
    get_kernel_syms 177 -, query_module 178 -, getpmsg 181 -, putpmsg 182 -, afs_syscall 183 -,
    tuxcall 184 -, security 185 -, vserver 236 -, epoll_ctl_old 214 -, epoll_wait_old 215 -,
    set_thread_area 205 -, get_thread_area 211 -`,
};

/** Judged by their arguments in seccomp-arguments.ts. */
const judged = {
  "what they do hangs on their arguments": `
    clone 56 220, socket 41 198, socketpair 53 199, setsockopt 54 208, ioctl 16 29, personality 135 92,
    prctl 157 167, arch_prctl 158 -, mknod 133 -, mknodat 259 33,
    mbind 237 235`,
};

const calls: Readonly<Record<Machine, readonly Call[]>> = { x64: read(0), arm64: read(1) };

function read(column: 0 | 1): Call[] {
  const tables = { allowed, refused, absent, judged };
  return Object.entries(tables).flatMap(([judgement, groups]) =>
    Object.values(groups).flatMap((group) =>
      [...group.matchAll(/(\w+) (\d+|-) (\d+|-)/g)].flatMap(([, name = "", ...numbers]) => {
        const number = numbers[column] ?? "-";
        return number === "-" ? [] : [{ name, number: Number(number), judgement: judgement as Judgement }];
      }),
    ),
  );
}

const judgedAs = (judgement: Judgement, machine: Machine): ReadonlyMap<string, number> =>
  new Map(
    callsOf(machine)
      .filter((call) => call.judgement === judgement)
      .map(({ name, number }) => [name, number]),
  );
