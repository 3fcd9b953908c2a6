/** Every size and time that has a bound, with its unit in its name and what happens when it is full. */

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

export const limits = {
  /** A larger body is refused with 413 before it is read. */
  requestBodyBytes: 8 * MiB,
  /** A program longer than this is refused (`bad-request` naming `code`). */
  codeBytes: 1 * MiB,
  /** A longer name of a snippet is refused (`bad-request` naming `name`). */
  snippetNameLength: 120,
  /** A longer name of a program's file is refused (`bad-request` naming `fileName`). */
  fileNameLength: 100,
  /** Files beside one program; more are refused (`bad-request` naming `files`). */
  filesPerProgram: 50,
  /** One file beside a program, decoded; a larger one is refused (`bad-request` naming it). */
  fileBytes: 2 * MiB,
  /** All files beside one program together, decoded; more is refused (`bad-request` naming `files`). */
  filesBytes: 4 * MiB,
  /** A longer path of a file beside a program is refused (`bad-request` naming it). */
  filePathLength: 200,
  /** A path with more segments is refused (`bad-request` naming it). */
  filePathDepth: 8,
  /** Saved programs of one owner; one more is refused with `too-many-snippets`. */
  snippetsPerOwner: 5_000,
  /** The list holds this many, newest change first, and tells how many there are; search finds the others. */
  snippetsPerPage: 200,
  /** Deleted snippets can be brought back this long; then they are removed for good. */
  snippetUndoMs: 7 * 24 * 3_600_000,
  /** Arguments of a program; more are refused (`bad-request` naming `args`). */
  runArguments: 100,
  /** One argument of a program; a longer one is refused (`bad-request` naming it). */
  runArgumentBytes: 4 * KiB,
  /** An interpreter that waited this long for a program and got none is ended; the next run of it starts a new one. */
  interpreterIdleMs: 30 * 60_000,
  /** Wall-clock limit of a run when nothing else is said (`--timeout`). */
  runTimeoutDefaultMs: 30_000,
  /** The shortest wall-clock limit that a run may ask for. */
  runTimeoutMinMs: 1_000,
  /** The server's own maximum unless the operator sets another (`--max-timeout`). */
  runTimeoutMaxMs: 600_000,
  /** After SIGINT a program has this long before SIGKILL. */
  stopGraceMs: 2_000,
  /** One line or paste of input to a program. */
  inputBytes: 64 * KiB,
  /** Input that the program has not read yet; more is refused with `input-full`. */
  inputWaitingBytes: 1 * MiB,
  /** Output kept per run: this much of its beginning, then a stated gap, then the last `outputTailBytes`. */
  outputHeadBytes: 16 * MiB,
  /** Output kept per run: this much of its end. */
  outputTailBytes: 48 * MiB,
  /** What one run showed and the files that it made: these many are kept and listed; a note in the output tells of more. */
  resultsPerRun: 200,
  /** A larger result is listed with its size, but its bytes are not kept. */
  resultBytes: 8 * MiB,
  /** All results of one run together; what comes after is listed, but its bytes are not kept. */
  resultsBytes: 32 * MiB,
  /** Runs kept per owner; the oldest ended ones go when a new one starts. */
  runsPerOwner: 500,
  /** The list holds this many, newest first. */
  runsPerPage: 100,
  /** Running at once, of one owner; others wait as `queued`. */
  runningPerOwner: 4,
  /** Running at once on this server; others wait as `queued`, and the owner with the fewest running comes first. */
  runningPerServer: 16,
  /** Waiting runs of one owner; one more is refused with `too-many`. */
  queuedPerOwner: 50,
  /** Kept of one call's request: past this the bytes go on, the recording is marked cut. */
  recordedRequestBytes: 4 * MiB,
  /** Kept of one call's response: past this the stream goes on, the recording is marked cut. */
  recordedResponseBytes: 16 * MiB,
  /** Calls of one run; the gateway answers further ones with 429. */
  callsPerRun: 10_000,
  /** HAR files of one owner that are made at once; others wait until one has been sent. */
  exportsPerOwner: 2,
  /** A call that a person sends again is cut off after this long. */
  resendMs: 600_000,
  /** The same request of a run sent this many times again is an alarm on the call. */
  repeatsAlarm: 5,
  /** Places kept of the stack that sent a call, the innermost first; those further out are left out. */
  sourcePlaces: 16,
  /** The end of a longer name of a source file is kept. */
  sourceFileLength: 300,
  /** A longer name of a function is cut. */
  sourceFunctionLength: 120,
  /** Under a ceiling a request is read whole before it is sent on; a larger one is refused with 413. */
  pricedRequestBytes: 32 * MiB,
  /** Calls of unknown price that wait to be looked up; the oldest of more stay unknown until the next start. */
  lookupsWaiting: 1_000,
  /** A call of unknown price is looked up again after a start when it is no older than this. */
  lookupMs: 24 * 3_600_000,
  /** Connections of one run to the gateway at once, and through it to other hosts; further ones are closed. */
  connectionsPerRun: 64,
  /** Other hosts that one session lets its programs reach; more are refused (`bad-request` naming `hosts`). */
  hostsPerSession: 50,
  /** What one run may send to other hosts, and what it may get from them; past this its connections there are cut, and a note says so. */
  otherHostsBytes: 1 * GiB,
  /** A longer requirement ("pandas>=2,<3") is refused. */
  requirementLength: 300,
  /** Requirements of one installation; more are refused (`bad-request` naming `requirements`). */
  requirementsPerInstallation: 50,
  /** Packages that one owner has added, and those of one program's header; more are refused. */
  requirementsPerEnvironment: 100,
  /** Installations at once on this server; others wait. */
  installationsAtOnce: 2,
  /** Installations of one owner that are under way or wait; one more is refused with `too-many`. */
  installationsPerOwner: 4,
  /** Installations of one owner that can still be looked at; the oldest ended one goes. */
  installationsKeptPerOwner: 20,
  /** An installation that takes longer is ended and says so. */
  installationMs: 15 * 60_000,
  /** Fetched from the index by one installation; more ends it. */
  installationFetchBytes: 2 * GiB,
  /** Addresses listed of one installation; further ones are fetched but not listed. */
  installationFetches: 500,
  /** The end of the installer's output that is kept. */
  installationLogBytes: 16 * KiB,
  /** A managed environment that grows larger is given up, and the installation says so. */
  environmentBytes: 4 * GiB,
  /** Managed environments on this server; the one that was not used for longest goes, but never one in use. */
  environmentsKept: 40,
  /** All of them together; again the one that was not used for longest goes. */
  environmentsBytes: 16 * GiB,
  /** Event sockets of one session at once; one more is refused with `too-many`. */
  socketsPerSession: 32,
  /** A session ends this long after it was last used (400 days is the most a browser keeps a cookie). */
  sessionIdleMs: 400 * 24 * 3_600_000,
  /** A longer key or start token is refused (`bad-request`). */
  keyLength: 512,
  /** A longer model id is refused when it is chosen, and cut where a program sent it. */
  modelIdLength: 200,
  /** A longer search is refused (`bad-request` naming `q`). */
  searchLength: 200,
  /** Wrong tokens from one address (IPv6: one /64); further tries within the minute are refused with `too-many`. */
  signInAttemptsPerMinute: 10,
} as const;
