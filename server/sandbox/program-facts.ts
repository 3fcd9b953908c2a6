/** What a program's text says about how it must be started, so that it can't tell a warm interpreter from a fresh one. Pure. */
import { earlyImportsOf } from "../python-imports.ts";

export interface ProgramFacts {
  /** What can be imported before it runs. */
  readonly modules: readonly string[];
  /** Top-level names that its own files take: a module of such a name loaded early would be the wrong one. */
  readonly ownNames: ReadonlySet<string>;
  /** Variables that it sets, or "unknown" when it sets some that can't be told from its text. */
  readonly sets: ReadonlySet<string> | "unknown";
  /** It writes past Python's own streams, forks, or dies without a word: each print must be on its way at once. */
  readonly unbuffered: boolean;
  /** It speaks of figures, which are shown in its output. */
  readonly draws: boolean;
  /** It speaks of starting processes by the system's own calls. */
  readonly starts: boolean;
}

export function programFacts(fileName: string, source: string, files: Iterable<string>): ProgramFacts {
  const ownNames = new Set(
    [fileName, ...files].map((path) => (path.split("/")[0] ?? "").replace(/\.\w+$/, "")),
  );
  const modules = earlyImportsOf(source).filter((module) => !ownNames.has(module.split(".")[0] ?? ""));
  return {
    modules,
    ownNames,
    sets: variablesSet(source),
    unbuffered: needsPrompt.test(source),
    draws: figures.test(source),
    starts: starts.test(source),
  };
}

/**
 * Words for what would see, or lose, a print that still waits in a buffer: other processes, other writers to the same
 * descriptor, ends without an end, and looks at the threads there are. One too many costs time only.
 */
const needsPrompt =
  /\b(subprocess|system|popen|spawn\w*|p?fork\w*|multiprocessing|ProcessPool\w*|pty|exec[lv]\w*|ctypes|cffi|faulthandler|_exit|abort|kill\w*|raise_signal|fileno|dup2?|buffer|detach|reconfigure|writev?|sendfile|redirect_stdout|_current_frames|__stdout__|settrace|setprofile|tracemalloc|closerange|proc\/|os\s*\.\s*close)\b|\bstdout\s*=/;

const starts = /\b(system|popen|posix_spawnp?|spawn[lv]\w*|exec[lv]\w*|pty)\b/;

const figures = /\b(matplotlib|pyplot|pylab|seaborn|pandas)\b/;

/** Names that no library reads while it is loaded, or that the server itself sets after that. */
const harmless = /^(OPENROUTER|OPENAI|ANTHROPIC)_/;
/** What numpy's and its relatives' native code reads when it is loaded, unseen by Python. */
export const nativeVariables = /^(OMP|OPENBLAS|GOTO|MKL|BLIS|NPY|NUMEXPR|VECLIB|MALLOC|LD|PYTHON)/;

function variablesSet(source: string): ReadonlySet<string> | "unknown" {
  if (
    /\b(putenv|unsetenv|environb|load_dotenv|dotenv_values|execve?)\b|environ\s*(\|=|=|,)|environ\s*\.\s*(update|clear|pop\w*|__\w+)/.test(
      source,
    )
  )
    return "unknown";
  const names = new Set<string>();
  const sites = source.matchAll(
    /environ\s*(?:\[([^\]\n]*)\]\s*(?:[|+]?=(?!=)|$)|\.\s*setdefault\s*\(([^,\n]*),)|\bdel\s+[\w.]*environ\s*\[([^\]\n]*)\]/gm,
  );
  for (const [, assigned, defaulted, deleted] of sites) {
    const literal = /^\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*$/.exec(assigned ?? defaulted ?? deleted ?? "");
    if (literal === null) return "unknown";
    const variable = literal[1] ?? literal[2] ?? "";
    if (!harmless.test(variable)) names.add(variable);
  }
  return names;
}
