/** Every size and time that has a bound, with its unit in its name and what happens when it is full. */

const KiB = 1024;
const MiB = 1024 * KiB;

export const limits = {
  /** A larger body is refused with 413 before it is read. */
  requestBodyBytes: 2 * MiB,
  /** A program longer than this is refused (`bad-request` naming `code`). */
  codeBytes: 1 * MiB,
  snippetNameLength: 120,
  fileNameLength: 100,
  snippetsPerOwner: 5_000,
  snippetsPerPage: 200,
  /** Deleted snippets can be brought back this long; then they are removed for good. */
  snippetUndoMs: 7 * 24 * 3_600_000,
  runArguments: 100,
  runArgumentBytes: 4 * KiB,
  /** Wall-clock limit of a run when nothing else is said, and the least that may be asked for. */
  runTimeoutDefaultMs: 30_000,
  runTimeoutMinMs: 1_000,
  /** The server's own maximum unless the operator sets another (`--max-timeout`). */
  runTimeoutMaxMs: 600_000,
  /** After SIGINT a program has this long before SIGKILL. */
  stopGraceMs: 2_000,
  /** One line or paste of input to a program. */
  inputBytes: 64 * KiB,
  /** Input that the program has not read yet; more is refused with `input-full`. */
  inputWaitingBytes: 1 * MiB,
  /** Output kept per run: the first `head`, then a stated gap, then the last `tail`. */
  outputHeadBytes: 16 * MiB,
  outputTailBytes: 48 * MiB,
  /** Runs kept per owner; the oldest ended ones go when a new one starts. */
  runsPerOwner: 500,
  runsPerPage: 100,
  /** Running at once: per owner, and on this server. Others wait as `queued`. */
  runningPerOwner: 4,
  runningPerServer: 16,
  queuedPerOwner: 50,
  /** Recording of one call: past this the stream goes on, the recording is marked cut. */
  recordedRequestBytes: 4 * MiB,
  recordedResponseBytes: 16 * MiB,
  callsPerRun: 10_000,
  /** Connections of one run to the gateway at once; further ones are closed. */
  connectionsPerRun: 64,
  /** Event socket: queued for one browser before the queue is dropped and replayed from the log. */
  socketQueueBytes: 2 * MiB,
  socketsPerSession: 32,
  /** A session ends this long after it was last used (400 days is the most a browser keeps a cookie). */
  sessionIdleMs: 400 * 24 * 3_600_000,
  keyLength: 512,
  modelIdLength: 200,
  searchLength: 200,
  signInAttemptsPerMinute: 10,
} as const;
