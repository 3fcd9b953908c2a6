/** What pip and the system say when an installation fails becomes a sentence with a way out. */
import { expect, test } from "vitest";
import { doingNow, explainInstall, type Outcome } from "./install-words.ts";

const outcome = (change: Partial<Outcome>): Outcome => ({
  end: {
    exitCode: 1,
    signal: null,
    outOfMemory: false,
    outOfProcesses: false,
    fullDisk: null,
    wallMs: 1,
    cpuMs: 1,
    peakBytes: 1,
  },
  log: "",
  reported: null,
  indexTrouble: null,
  hasProject: () => true,
  index: "pypi.org",
  python: "3.11.2",
  ...change,
});
const says = (change: Partial<Outcome>): string => {
  const { says, hint } = explainInstall(outcome(change));
  return `${says} ${hint}`;
};

test.each([
  [
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
    "The server's disk is full.",
  ],
  ["OSError: [Errno 122] Disk quota exceeded: 'x'", "The server's disk is full."],
  ["ERROR: [Errno 27] File too large", "A file in a package is larger than 2 GiB."],
  [
    "ERROR: Could not find a version that satisfies the requirement numpy>=9 (from versions: 1.0, 2.0)\nERROR: No matching distribution found for numpy>=9",
    "There is no version of numpy that is >=9. pypi.org has 1.0, 2.0.",
  ],
  [
    "ERROR: Ignored the following versions that require a different python version: 2.4 Requires-Python >=3.12\nERROR: Could not find a version that satisfies the requirement numpy (from versions: none)\nERROR: No matching distribution found for numpy",
    "There is no version of numpy for Python 3.11.2. Its versions need another Python: 2.4 Requires-Python >=3.12.",
  ],
  [
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
    "it is not the one that the index lists",
  ],
  ["Traceback\nKeyError: 'x'", "The installer failed: KeyError: 'x'"],
  ["", "The installer ended with exit code 1."],
])("%j", (log, sentence) => {
  expect(says({ log })).toContain(sentence);
});

test("trouble on the way to the index comes before what pip makes of it", () => {
  const log = "ERROR: No matching distribution found for numpy";
  expect(says({ log, indexTrouble: "pypi.org did not answer in time." })).toBe(
    "The package index can't be used: pypi.org did not answer in time. Check the server's network, or name another index with --package-index; until then the packages that are there serve.",
  );
});

test("a missing pip, memory and size have sentences of their own", () => {
  expect(says({ reported: "no-pip" })).toContain("apt-get install python3-pip-whl");
  expect(says({ reported: "too-large" })).toContain("It would be larger than 4 GiB.");
  expect(says({ end: { ...outcome({}).end, outOfMemory: true } })).toContain("ran out of memory");
});

test.each([
  ["Looking in indexes: x\nCollecting numpy\n", "Looking for numpy"],
  [
    "  Downloading https://x.test/a/numpy-2.1.0-cp311-cp311-linux_x86_64.whl (16.3 MB)\n",
    "Fetching numpy-2.1.0-cp311-cp311-linux_x86_64.whl (16.3 MB)",
  ],
  [
    "  Downloading numpy-2.1.0%2Bcpu-py3-none-any.whl.metadata (5 kB)\n",
    "Fetching numpy-2.1.0+cpu-py3-none-any.whl (5 kB)",
  ],
  ["Installing collected packages: a, b\n", "Putting the packages in place"],
  ["  Downloading https://x.test/%E0%A4%A\n", "Fetching %E0%A4%A"],
  ["  Downloading https://x.test/a\u001b]0;evil\u0007.whl\n", "Fetching a ]0;evil .whl"],
  ["something else\n", null],
])("%j is %j", (log, doing) => {
  expect(doingNow(log)).toBe(doing);
});
