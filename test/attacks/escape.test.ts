/** Ways out of the walls that are tried by hand: mounts, process 1, devices, settings, other machines' code (A44-A49, A63-A65). */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sandbox } from "../../server/sandbox/sandbox.ts";
import { makeTestSandbox, runProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import { prelude, type Attack } from "./prelude.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
});
afterAll(() => sandbox.close());

const attacks: readonly Attack[] = [
  {
    id: "A45",
    promise:
      "every mount is without setuid and, but for the device files themselves, without devices; what is not its own is read-only",
    program: `wrong = []
for line in open("/proc/self/mountinfo"):
    place, options = line.split()[4:6]
    options = set(options.split(","))
    if "nosuid" not in options: wrong.append((place, "suid"))
    if "nodev" not in options and not place.startswith("/dev/"): wrong.append((place, "dev"))
    own = place in ("/project", "/tmp", "/proc") or place.startswith("/dev/")
    if "rw" in options and not own: wrong.append((place, "rw"))
print(wrong)`,
    stdout: "[]\n",
  },
  {
    id: "A45",
    promise: "nothing can be mounted, moved, made writable or taken away, by call or by program",
    program: `import subprocess
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_MOVE, MS_PRIVATE = 1, 32, 4096, 8192, 1 << 18
def mount(source, target, kind, flags, data=None):
    return libc.mount(source, target, kind, flags, data) == -1 and errno.errorcode[ctypes.get_errno()]
print({mount(b"none", b"/tmp", b"tmpfs", 0), mount(b"proc", b"/tmp", b"proc", 0), mount(b"/tmp", b"/usr", None, MS_BIND),
    mount(None, b"/usr", None, MS_REMOUNT | MS_BIND), mount(None, b"/", None, MS_REMOUNT), mount(b"/usr", b"/tmp", None, MS_MOVE),
    mount(None, b"/", None, MS_PRIVATE), mount(b"x", b"/tmp", b"overlay", 0, b"lowerdir=/usr,upperdir=/tmp,workdir=/tmp")})
print({libc.umount2(place, 2) == -1 and errno.errorcode[ctypes.get_errno()] for place in (b"/usr", b"/proc", b"/tmp", b"/")})
print({subprocess.run(command, capture_output=True).returncode != 0 for command in (
    ["mount", "-t", "tmpfs", "x", "/tmp"], ["umount", "/proc"], ["unshare", "-r", "true"], ["nsenter", "-t", "1", "-m", "true"], ["/usr/sbin/chroot", "/tmp"])})
print({answer(lambda: os.rename("/project", "/tmp/project")), answer(lambda: os.rmdir("/tmp")), answer(lambda: os.rename("/usr", "/tmp/usr"))} <= {"EBUSY", "EROFS", "EACCES", "EXDEV", "EPERM"})`,
    stdout: "{'EPERM'}\n{'EPERM'}\n{True}\nTrue\n",
  },
  {
    id: "A63",
    promise: "what it can reach of other processes gives nothing that it does not have",
    program: `def facts(pid):
    fields = dict(line.split(":\\t", 1) for line in open(f"/proc/{pid}/status").read().split("\\n") if ":\\t" in line)
    names = {name: os.readlink(f"/proc/{pid}/ns/{name}") for name in ("user", "mnt", "net", "ipc", "pid")}
    return {"CapEff": fields["CapEff"], "CapPrm": fields["CapPrm"], "NoNewPrivs": fields["NoNewPrivs"], "Seccomp": fields["Seccomp"], **names}
gains = []
for pid in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
    if pid == os.getpid() or answer(lambda: open(f"/proc/{pid}/mem", "r+b").close()) != "done": continue
    if facts(pid) != facts("self"): gains.append((pid, facts(pid)))
print(gains)
def attempt(request, pid): return call(${process.arch === "x64" ? 101 : 117}, request, pid, 0, 0)
print({errno.errorcode.get(attempt(request, 1)) for request in (16, 0x4206)})
def through(path):
    try: return sorted(os.listdir(path))
    except OSError: return None
seen = through("/proc/1/root")
print(seen is None or seen == sorted(os.listdir("/")), through("/proc/1/cwd") in (None, seen, sorted(os.listdir("/project"))))`,
    stdout: "[]\n{'EPERM'}\nTrue True\n",
  },
  {
    id: "A40",
    promise:
      "the host's root is nowhere: not above its own, not by names that were there while it was made, not behind a descriptor",
    program: `print(os.path.exists("/../../etc/shadow"), [place for place in ("/oldroot", "/newroot", "/host", "/mnt", "/home", "/root", "/boot", "/var", "/srv", "/sys") if os.path.exists(place)])
roots = set()
for name in os.listdir("/proc/self/fd"):
    try: target = os.readlink("/proc/self/fd/" + name)
    except OSError: continue
    if target.startswith("/") and not target.startswith(("/proc/", "/dev/")): roots.add(target)
print(roots, os.path.realpath("/project/../../.."))
print(open("/proc/net/unix").read().count("\\n"))`,
    stdout: "False []\nset() /\n1\n",
  },
  {
    id: "A64",
    promise: "devices are the harmless ones, and a file marked setuid is an ordinary one",
    program: `import stat, subprocess, shutil
harmless = {"core", "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom", "zero", "console"}
print(set(os.listdir("/dev")) - harmless, os.path.exists("/dev/fuse"), os.path.exists("/dev/kvm"))
numbers = {os.makedev(1, n) for n in (3, 5, 7, 8, 9)} | {os.makedev(5, n) for n in (0, 1, 2)}
found = [os.stat("/dev/" + name) for name in os.listdir("/dev") if os.path.exists("/dev/" + name)]
print([e.st_rdev for e in found if stat.S_ISBLK(e.st_mode) or (stat.S_ISCHR(e.st_mode) and e.st_rdev not in numbers and os.major(e.st_rdev) != 136)])
shutil.copy("/usr/bin/id", "/tmp/id"); os.chmod("/tmp/id", 0o6755)
print(subprocess.run(["/tmp/id", "-u"], capture_output=True).stdout)
print({answer(lambda: os.chown("/tmp/id", uid, uid)) for uid in (0, 1001)})
print(answer(lambda: os.setxattr("/tmp/id", "security.capability", bytes.fromhex("0100000200040000000000000000000000000000"))) != "done")`,
    stdout: "set() False False\n[]\nb'1000\\n'\n{'EINVAL'}\nTrue\n",
  },
  {
    id: "A46",
    promise: "programs of the 32-bit and the x32 kind end at their first call, or are not taken at all",
    program:
      process.arch === "x64"
        ? `import struct, subprocess
def program(machine, code):
    base, size = 0x400000, 84 + len(code)
    head = b"\\x7fELF" + bytes([1, 1, 1, 0]) + bytes(8) + struct.pack("<HHIIIIIHHHHHH", 2, machine, 1, base + 84, 52, 0, 0, 52, 32, 1, 0, 0, 0)
    return head + struct.pack("<IIIIIIII", 1, 0, base, base, size, size, 5, 4096) + code
def run(name, content):
    with open(name, "wb") as file: file.write(content)
    os.chmod(name, 0o755)
    try: return subprocess.run([name]).returncode
    except OSError as error: return errno.errorcode[error.errno]
ends = -31, "ENOEXEC"
# mov eax, exit; mov ebx, 42; int 0x80 and mov eax, exit of x32; mov edi, 42; syscall
print(run("/tmp/i386", program(3, bytes.fromhex("b801000000bb2a000000cd80"))) in ends)
print(run("/tmp/x32", program(62, bytes.fromhex("b83c000040bf2a0000000f05"))) in (-11, *ends))`
        : "print(True)\nprint(True)",
    stdout: "True\nTrue\n",
  },
  {
    id: "A49",
    promise: "its network can't be changed, nor another one be heard",
    program: `import struct, subprocess
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
netlink.bind((0, 0))
def ask(kind, flags, body):
    netlink.send(struct.pack("=IHHII", 16 + len(body), kind, flags, 1, 0) + body)
    reply = netlink.recv(1 << 16)
    return errno.errorcode.get(-struct.unpack_from("=i", reply, 16)[0], "done")
# set a link down, make a link, add an address, add a route
print({ask(16, 5, struct.pack("=BxHiII", 0, 0, 1, 0, 1)), ask(16, 0x605, struct.pack("=BxHiII", 0, 0, 0, 0, 0)), ask(20, 0x605, struct.pack("=BBBBi", 2, 8, 0, 0, 1)), ask(24, 0x605, bytes(12))})
print(answer(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)), answer(lambda: socket.sethostname("x")))
s = socket.socket()
print(answer(lambda: s.setsockopt(socket.SOL_SOCKET, 36, 1)), answer(lambda: s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")) in ("done", "EPERM"))`,
    stdout: "{'EPERM'}\nEPERM EPERM\nEPERM True\n",
  },
];

test.each(attacks)("$id $promise", async ({ program, stdout, job }) => {
  const ran = await runProgram(sandbox, prelude + program, job);
  expect(ran.stderr).toBe("");
  expect(ran.stdout).toBe(stdout);
});

test("A65 of all settings of the kernel it can write those only that are its own namespaces', and the host's stay", async () => {
  const settings = (): ReadonlyMap<string, string> =>
    new Map(
      ["kernel", "fs/mqueue"].flatMap((folder) =>
        readdirSync(join("/proc/sys", folder), { withFileTypes: true })
          .filter((entry) => entry.isFile() && /^(msg|shm|sem$|queues|pid_max|auto_)/.test(entry.name))
          .map(({ name }) => {
            const path = join("/proc/sys", folder, name);
            return [path, readFileSync(path, "utf8")] as const;
          }),
      ),
    );
  const before = settings();
  const ran = await runProgram(
    sandbox,
    `${prelude}
opened = []
for place, names, files in os.walk("/proc/sys"):
    for name in files:
        path = os.path.join(place, name)
        if answer(lambda: os.close(os.open(path, os.O_WRONLY))) == "done": opened.append(path)
for path in opened:
    value = open(path).read().split()
    answer(write(path, " ".join(str(int(number) // 2 or 1) if number.lstrip("-").isdigit() else number for number in value)))
print(*opened)`,
  );
  expect(ran.stderr).toBe("");
  const own = /^\/proc\/sys\/(fs\/mqueue\/|kernel\/(msg|shm|sem$|auto_msgmni$|ns_last_pid$|pid_max$)|user\/)/;
  expect(ran.stdout.split(/\s+/).filter((path) => path !== "" && !own.test(path))).toEqual([]);
  expect(settings()).toEqual(before);
});
