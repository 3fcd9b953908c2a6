/** Sees to the machine's own programs: what is missing is installed on Debian and its kin, and named exactly elsewhere. */
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { openly, quietly, tail } from "./processes.mjs";
import { CannotSetUp, say } from "./say.mjs";

/**
 * @typedef {object} Need
 * @property {string} debian  the package there
 * @property {string} why     what it is for
 * @property {boolean} there
 */

/**
 * What `npm start` needs, as it stands now.
 * @param {string | null} python the operator's own interpreter; its packages are then the operator's matter
 * @returns {Need[]}
 */
export function needsOfStart(python) {
  const bubblewrap = { debian: "bubblewrap", why: "the sandbox", there: onPath("bwrap") };
  if (python !== null) return [bubblewrap];
  const system = systemPython();
  return [
    bubblewrap,
    { debian: "python3", why: "the programs", there: system.isNewEnough },
    { debian: "python3-requests", why: "programs that use requests", there: system.modules.has("requests") },
    { debian: "python3-httpx", why: "programs that use httpx", there: system.modules.has("httpx") },
    { debian: "python3-pip-whl", why: "installing packages", there: system.modules.has("pip") },
  ];
}

/** What `npm test` needs, as it stands now. @returns {Need[]} */
export function needsOfTests() {
  const { modules } = systemPython();
  return [
    ...needsOfStart(null),
    { debian: "python3-aiohttp", why: "test programs", there: modules.has("aiohttp") },
    { debian: "python3-numpy", why: "test programs", there: modules.has("numpy") },
    { debian: "python3-matplotlib", why: "test programs", there: modules.has("matplotlib") },
    { debian: "python3-pandas", why: "test programs", there: modules.has("pandas") },
    { debian: "linux-libc-dev", why: "tests of the system call filter", there: hasKernelHeaders() },
    { debian: "curl", why: "test programs", there: onPath("curl") },
    { debian: "openssl", why: "tests of certificates", there: onPath("openssl") },
    { debian: "chromium", why: "tests of the page", there: onPath("chromium") },
    { debian: "strace", why: "tests of disks that fail", there: onPath("strace") },
    { debian: "postgresql", why: "tests of the database", there: hasPostgres() },
  ];
}

/**
 * Installs what is missing; throws `CannotSetUp` with the exact commands where that can't be done.
 * @param {() => Need[]} look tells the needs as they stand when it is called
 */
export async function ensureSystemPackages(look) {
  const missing = look().filter((need) => !need.there);
  if (missing.length === 0) return;
  const names = missing.map((need) => need.debian);
  if (process.platform !== "linux") throw new CannotSetUp(notLinux);
  const asRoot = onPath("apt-get") ? rights() : null;
  if (asRoot === null) throw new CannotSetUp(byHand(names));
  const reasons = missing.map((need) => `${need.debian} (for ${need.why})`).join(", ");
  say(`Installing ${reasons}: ${[...asRoot, "apt-get", "install"].join(" ")}`);
  await install(asRoot, names);
  const still = look().filter((need) => !need.there);
  if (still.length > 0) throw new CannotSetUp(stillMissing(still));
}

/** @param {string[]} asRoot @param {string[]} names */
async function install(asRoot, names) {
  if (asRoot.includes("sudo") && !asRoot.includes("-n")) await openly("sudo", ["-v"], process.env);
  const hasLists = existsSync(lists) && readdirSync(lists).some((name) => name.includes("_Packages"));
  if (!hasLists) aptGet(asRoot, ["update"]);
  const first = aptGet(asRoot, ["install", "-y", "--no-install-recommends", ...names]);
  if (first.status === 0) return;
  // Lists that are too old name files that the mirror no longer has.
  aptGet(asRoot, ["update"]);
  const second = aptGet(asRoot, ["install", "-y", "--no-install-recommends", ...names]);
  if (second.status !== 0)
    throw new CannotSetUp(`apt-get failed. Its last words:\n${tail(second.text)}\n${byHand(names)}`);
}

const lists = "/var/lib/apt/lists";

/** @param {string[]} asRoot @param {string[]} args */
function aptGet(asRoot, args) {
  const command = [
    ...asRoot,
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    "apt-get",
    "-q",
    "-o",
    "DPkg::Lock::Timeout=120",
    ...args,
  ];
  return quietly(command[0] ?? "env", command.slice(1));
}

/** How to become root: [] when we are, null when there is no way. @returns {string[] | null} */
function rights() {
  if (process.getuid?.() === 0) return [];
  if (!onPath("sudo")) return null;
  if (quietly("sudo", ["-n", "true"]).status === 0) return ["sudo", "-n"];
  return process.stdin.isTTY && process.stderr.isTTY ? ["sudo"] : null;
}

/** @param {string[]} names of Debian's packages */
function byHand(names) {
  const manager = managers.find(({ program }) => onPath(program)) ?? managers[0];
  const theirs = names.map((name) => manager.names[name] ?? name).join(" ");
  return `Missing on this machine: ${names.join(", ")}. Install with\n\n    ${manager.command} ${theirs}\n\nthen try again.`;
}

/** @type {[Manager, ...Manager[]]} @typedef {{ program: string, command: string, names: Record<string, string> }} Manager */
const managers = [
  { program: "apt-get", command: "sudo apt-get update && sudo apt-get install -y", names: {} },
  {
    program: "dnf",
    command: "sudo dnf install -y",
    names: { postgresql: "postgresql-server", "linux-libc-dev": "kernel-headers" },
  },
  {
    program: "zypper",
    command: "sudo zypper install -y",
    names: { postgresql: "postgresql-server", "linux-libc-dev": "linux-glibc-devel" },
  },
  {
    program: "pacman",
    command: "sudo pacman -S --needed",
    names: {
      python3: "python",
      "python3-requests": "python-requests",
      "python3-httpx": "python-httpx",
      "python3-aiohttp": "python-aiohttp",
      "python3-pip-whl": "python-pip",
      "python3-numpy": "python-numpy",
      "python3-matplotlib": "python-matplotlib",
      "python3-pandas": "python-pandas",
      "linux-libc-dev": "linux-api-headers",
    },
  },
  {
    program: "apk",
    command: "doas apk add",
    names: {
      "python3-requests": "py3-requests",
      "python3-httpx": "py3-httpx",
      "python3-aiohttp": "py3-aiohttp",
      "python3-pip-whl": "py3-pip",
      "python3-numpy": "py3-numpy",
      "python3-matplotlib": "py3-matplotlib",
      "python3-pandas": "py3-pandas",
      "linux-libc-dev": "linux-headers",
    },
  },
];

const notLinux =
  "Programs run in a Linux sandbox (bubblewrap), which this system does not have. " +
  "Start inside a Linux virtual machine, or WSL2 on Windows; there `npm start` does the rest.";

/** @param {Need[]} still */
function stillMissing(still) {
  if (still.some((need) => need.debian === "python3")) {
    return "This system's /usr/bin/python3 is older than 3.10. Install a newer Python and name it: npm start -- --python /path/to/python3";
  }
  return `Installed, and yet not found: ${still.map((need) => need.debian).join(", ")}.`;
}

/**
 * Asks the system's own interpreter; a version manager's shim is not it, because the sandbox would not hold what the shim
 * leads to.
 */
function systemPython() {
  const program =
    "import glob, os, sys, importlib.util as u\n" +
    "bundled = os.path.join(os.path.dirname(os.__file__), 'ensurepip/_bundled')\n" +
    "has_pip = any(glob.glob(place + '/pip-*.whl') for place in (bundled, '/usr/share/python-wheels'))\n" +
    "modules = ('requests', 'httpx', 'aiohttp', 'numpy', 'matplotlib', 'pandas')\n" +
    "print(sys.version_info >= (3, 10), *[m for m in modules if u.find_spec(m)], *['pip'] * has_pip)";
  const { status, text } = quietly("/usr/bin/python3", ["-I", "-c", program]);
  const [isNewEnough, ...modules] = status === 0 ? text.trim().split(" ") : [];
  return { isNewEnough: isNewEnough === "True", modules: new Set(modules) };
}

/** @param {string} program */
function onPath(program) {
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/sbin", "/sbin"];
  return folders.some((folder) => folder !== "" && isExecutable(path.join(folder, program)));
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Absent or not for us: either way it can't be run.
    return false;
  }
}

const hasKernelHeaders = () => existsSync("/usr/include/asm-generic/unistd.h");

function hasPostgres() {
  const versions = "/usr/lib/postgresql";
  if (onPath("initdb")) return true;
  return (
    existsSync(versions) &&
    readdirSync(versions).some((version) => isExecutable(path.join(versions, version, "bin", "initdb")))
  );
}
