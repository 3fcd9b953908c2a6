/** Tries the sandbox with a program of ours before anyone else's: the real argument list, a real run. */
import type { Result } from "../../contract/failures.ts";
import { closeHandle } from "./spawner.ts";
import { ordinaryJob, quietSink } from "./sandbox.ts";
import type { Job, JobSink, RunningJob, SandboxFailure, Weakness } from "./sandbox.ts";

type Start = (job: Job, sink: JobSink) => Promise<Result<RunningJob, SandboxFailure>>;

/** Prints one line for each promise that this host does not keep. */
const probe = `
import ctypes, errno, os, socket, sys
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
def check(name, kept):
    if not kept:
        print(name)
def refused(action, by=None):
    """With one of these errors, where it is told which: others only mean that something else was wrong with the attempt."""
    try:
        action()
    except OSError as error:
        return by is None or error.errno in by
    return False
def write(path):
    return lambda: os.close(os.open(path, os.O_WRONLY | os.O_CREAT))
libc = ctypes.CDLL(None, use_errno=True)
numbers = {
    "x86_64": dict(unshare=272, mount=165, ptrace=101, bpf=321, keyctl=250, perf=298, process_vm_readv=310, io_uring=425, clone3=435, memfd=319, setns=308),
    "aarch64": dict(unshare=97, mount=40, ptrace=117, bpf=280, keyctl=219, perf=241, process_vm_readv=270, io_uring=425, clone3=435, memfd=279, setns=268),
}[os.uname().machine]
def call(name, *arguments):
    if libc.syscall(numbers[name], *arguments) == -1:
        raise OSError(ctypes.get_errno(), "refused")
check("host-name", socket.gethostname() == "sandbox")
check("root", os.getuid() != 0)
check("user", os.getuid() == os.getgid() == 1000)
check("capabilities", int(status["CapEff"], 16) == 0 and int(status["CapBnd"], 16) == 0)
check("no-new-privileges", status["NoNewPrivs"].strip() == "1")
check("seccomp", status["Seccomp"].strip() == "2" and refused(lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)))
check("system-calls", all(refused(lambda n=n: call(n, 0, 0, 0, 0, 0), (errno.EPERM, errno.ENOSYS)) for n in ("mount", "ptrace", "bpf", "keyctl", "perf", "process_vm_readv", "io_uring", "clone3", "memfd")))
check("sockets", all(refused(lambda f=f: socket.socket(f, socket.SOCK_DGRAM)) for f in (17, 38, 40)))
check("terminals", refused(lambda: __import__("fcntl").ioctl(0, 0x5412, b"x")))
check("processes", len([name for name in os.listdir("/proc") if name.isdigit()]) <= 3)
check("process-1-memory", refused(lambda: open("/proc/1/mem", "rb").close()))
check("environment", set(os.environ) <= set("""PATH HOME USER LANG TERM COLORTERM TMPDIR PWD PYTHONUNBUFFERED SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE""".split()))
def environment_of_process_1():
    try:
        return open("/proc/1/environ", "rb").read()
    except PermissionError:
        return b""
check("process-1", not environment_of_process_1())
check("read-only", all(refused(write(path)) for path in ("/x", "/usr/x", "/etc/x", "/dev/x", "/run/x")))
check("kernel-settings", all(refused(lambda p=p: os.close(os.open("/proc/sys/kernel/" + p, os.O_WRONLY))) for p in ("core_pattern", "panic")))
interfaces = [line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line]
check("network", interfaces == ["lo"] and refused(lambda: socket.create_connection(("192.0.2.1", 80), 1), (errno.ENETUNREACH,)))
hidden = [path for path in ("/root", "/home", "/var", "/sys", "/etc/shadow") if not any(own.startswith(path + "/") for own in (sys.prefix, sys.base_prefix))]
check("host-files", not any(map(os.path.exists, hidden)))
check("limits", all(os.statvfs(path).f_blocks * os.statvfs(path).f_frsize <= 2**28 for path in ("/project", "/tmp", "/dev/shm")))
# The last: where it can be done, what was ours before is not any more.
check("namespaces", refused(lambda: call("unshare", 0x10000000), (errno.EPERM,)) and refused(lambda: call("setns", 0, 0)) and open("/proc/sys/user/max_user_namespaces").read().strip() == "0")
`;

const sentences: Readonly<Record<string, string>> = {
  "host-name": "Programs could see this machine's name.",
  root: "Programs would run as root.",
  user: "Programs would run as a user whom they are not shown.",
  capabilities: "Programs would keep capabilities.",
  "no-new-privileges": "Programs could gain privileges through setuid files.",
  seccomp: "The filter of system calls is not in force.",
  namespaces: "Programs could make namespaces of their own.",
  "system-calls": "Programs could make system calls that lead out of the sandbox.",
  sockets: "Programs could open sockets to the machine's hardware or hypervisor.",
  terminals: "Programs could type into a terminal of the server's.",
  processes: "Programs could see processes that are not theirs.",
  "process-1-memory": "Programs could read the memory of the process that watches them.",
  environment: "Programs would see variables of the server.",
  "process-1": "The sandbox's first process shows variables of the server.",
  "read-only": "Programs could write outside their own directories.",
  "kernel-settings": "Programs could change settings of the kernel.",
  network: "Programs could reach the network.",
  "host-files": "Programs could see directories of this machine.",
  limits: "The sandbox's own file systems have no limit.",
};

export async function checkSandbox(start: Start): Promise<readonly Weakness[]> {
  const tried = await runOurs(start, probe);
  if (!tried.ok) return [{ name: "sandbox", refuses: true, ...tried.failure }];
  const broken = tried.output.split("\n").filter((line) => line in sentences);
  if (broken.length === 0 && !tried.finished) {
    return [
      {
        name: "sandbox",
        refuses: true,
        says: `The probe program failed: ${tried.errors.trim().split("\n").at(-1) ?? ""}`,
        hint: "Check that the interpreter is whole: python3 -c 'import socket, ctypes'",
      },
    ];
  }
  return broken.map((name) => ({
    name,
    refuses: true,
    says: sentences[name] ?? name,
    hint: "Use Debian's own kernel and bubblewrap 0.8 or newer; a container may be weakening them.",
  }));
}

/** What programs for OpenRouter like to import; the list is shown, not a limit. */
const packages =
  "requests httpx aiohttp urllib3 openai openrouter anthropic litellm langchain langchain_openai langgraph llama_index pydantic pydantic_ai instructor tiktoken dotenv tenacity rich numpy pandas matplotlib PIL bs4 yaml".split(
    " ",
  );

export async function describePython(
  start: Start,
): Promise<{ readonly version: string; readonly packages: readonly string[] } | null> {
  const asked = await runOurs(
    start,
    `import importlib.util, platform
print(platform.python_version())
for name in """${packages.join(" ")}""".split():
    if importlib.util.find_spec(name) is not None:
        print(name)
`,
  );
  if (!asked.ok || !asked.finished) return null;
  const [version = "", ...found] = asked.output.trim().split("\n");
  return { version, packages: found };
}

type Tried =
  | { readonly ok: true; readonly finished: boolean; readonly output: string; readonly errors: string }
  | { readonly ok: false; readonly failure: SandboxFailure };

async function runOurs(start: Start, source: string): Promise<Tried> {
  const said = { stdout: "", stderr: "" };
  const started = await start(
    {
      ...ordinaryJob,
      fileName: "probe.py",
      source: Buffer.from(source),
      memoryBytes: 2 ** 29,
    },
    {
      ...quietSink,
      output: (stream, bytes) => void (said[stream] += Buffer.from(bytes).toString()),
      // Nobody answers: the probe calls nothing.
      listener: async (handle) => closeHandle(handle),
    },
  );
  if (!started.ok) return { ok: false, failure: started.error };
  const cut = setTimeout(() => started.value.kill(), 20_000);
  const end = await started.value.ended;
  clearTimeout(cut);
  return { ok: true, finished: end.exitCode === 0, output: said.stdout, errors: said.stderr };
}
