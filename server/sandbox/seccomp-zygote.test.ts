/** The two filters in the kernel, one above the other: namespaces can be made below the first, and no more below the second. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { seccompProgram, zygoteSeccompProgram } from "./seccomp-program.ts";
import type { Machine } from "./seccomp-rules.ts";

const place = mkdtempSync(join(tmpdir(), "filters-"));
afterAll(() => rmSync(place, { recursive: true }));

/** What a zygote does for a run, in short: namespaces, a root of its own, no rights, the strict filter; then what a program may try. */
const program = `import ctypes, errno, os, sys
libc = ctypes.CDLL(None, use_errno=True)
def install(file):
    held = ctypes.create_string_buffer(open(file, "rb").read())
    class Program(ctypes.Structure): _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]
    seccomp = {"x86_64": 317, "aarch64": 277}[os.uname().machine]
    return libc.syscall(seccomp, 1, 0, ctypes.byref(Program((len(held) - 1) // 8, ctypes.addressof(held))))
def answer(result): return errno.errorcode[ctypes.get_errno()] if result == -1 else "done"
pivot_root, clone = {"x86_64": (155, 56), "aarch64": (41, 220)}[os.uname().machine]
NEWUSER, NEWNS, NEWUTS, NEWIPC, NEWNET = 0x10000000, 0x20000, 0x4000000, 0x8000000, 0x40000000
zygote, strict, root = sys.argv[1:]
user, group = os.getuid(), os.getgid()
print(answer(libc.prctl(38, 1, 0, 0, 0)), answer(install(zygote)))
print(answer(libc.unshare(NEWUSER | NEWNS | NEWUTS | NEWIPC | NEWNET)), answer(libc.sethostname(b"run", 3)))
for file, line in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
    with open("/proc/self/" + file, "w") as map: map.write(line)
own = os.open("/proc/self/ns/uts", os.O_RDONLY)
print(answer(libc.setns(own, NEWUTS)), answer(libc.mount(b"none", root.encode(), b"tmpfs", 0, None)))
os.mkdir(root + "/old"); os.mkdir(root + "/new")
print(answer(libc.syscall(pivot_root, root.encode(), (root + "/old").encode())))
os.chdir("/")
print(answer(install("/old" + strict)), answer(libc.umount2(b"/old", 2)))
print(answer(libc.unshare(NEWUSER)), answer(libc.setns(own, NEWUTS)), answer(libc.sethostname(b"x", 1)))
print(answer(libc.mount(b"none", b"/new", b"tmpfs", 0, None)), answer(libc.chroot(b"/new")))
print(answer(libc.syscall(clone, ctypes.c_long(NEWUSER | 17), 0, 0, 0, 0)))
print(os.uname().nodename, os.waitstatus_to_exitcode(os.waitpid(os.fork() or os._exit(3), 0)[1]))`;

test("namespaces, mounts and a name can be made by the zygote, and by nothing that it then filters", () => {
  const machine = process.arch as Machine;
  const [zygote, strict, root] = [
    join(place, "zygote"),
    join(place, "strict"),
    mkdtempSync(join(place, "root-")),
  ];
  writeFileSync(zygote, zygoteSeccompProgram(machine));
  writeFileSync(strict, seccompProgram(machine));
  const told = execFileSync("/usr/bin/python3", ["-I", "-c", program, zygote, strict, root]).toString();
  expect(told.split("\n")).toEqual([
    "done done",
    "done done",
    "done done",
    "done",
    "done EPERM",
    "EPERM EPERM EPERM",
    "EPERM EPERM",
    "EPERM",
    "run 3",
    "",
  ]);
});
