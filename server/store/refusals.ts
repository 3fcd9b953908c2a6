/** Every reason why the database can't be used at start: one sentence, one way out and one exit code each. */

/** What is printed before the process ends with `exitCode`. Never holds a password. */
export interface StoreRefusal {
  readonly exitCode: number;
  readonly says: string;
  readonly hint: string;
}

interface Reason {
  readonly exitCode: number;
  readonly says: (subject: string) => string;
  readonly hint: string;
}

/** The codes lie apart from those of shells (126 and up), of sysexits (64 to 78) and of our own usage errors (1, 2). */
const reasons = {
  "unknown-url": {
    exitCode: 40,
    says: (url) => `DATABASE_URL ${url} is not an address of a database that this program can use.`,
    hint: "Accepted are sqlite:PATH, sqlite:///ABSOLUTE/PATH, sqlite::memory:, postgres://… and postgresql://….",
  },
  "not-writable": {
    exitCode: 41,
    says: (path) =>
      `The database ${path} can't be written: its directory or file is read-only for this user.`,
    hint: "Make the directory and the file writable for this user, or name another place with --data or DATABASE_URL.",
  },
  corrupt: {
    exitCode: 42,
    says: (path) => `The database ${path} is damaged.`,
    hint: "Nothing was changed. Put a backup in its place (files named .before-… stand beside it), or move it away to begin anew.",
  },
  newer: {
    exitCode: 43,
    says: (subject) => `The database ${subject} was made by a newer version of this program.`,
    hint: "Start the newer version, or name another database with DATABASE_URL.",
  },
  unreachable: {
    exitCode: 44,
    says: (subject) => `The database ${subject} can't be reached.`,
    hint: "Check that it runs, and the host and port in DATABASE_URL.",
  },
  "no-rights": {
    exitCode: 45,
    says: (subject) => `The database ${subject} does not let this user create, read and change its tables.`,
    hint: "Grant the user CREATE on the schema and all rights on its tables, or name another user in DATABASE_URL.",
  },
  locked: {
    exitCode: 46,
    says: (path) => `The database ${path} is locked by another process.`,
    hint: "End that process, or wait until it is done, then start again.",
  },
  foreign: {
    exitCode: 47,
    says: (path) => `The file ${path} is the database of another program.`,
    hint: "Name another file in DATABASE_URL; this one was not touched.",
  },
  "not-migrated": {
    exitCode: 48,
    says: (subject) => `The database ${subject} could not be brought to this version.`,
    hint: "It is as it was before. The log has the cause; a copy of a SQLite file stands beside it as .before-….",
  },
  full: {
    exitCode: 49,
    says: (subject) => `There is no room for the database ${subject}.`,
    hint: "Free some space, then start again.",
  },
  "disk-failed": {
    exitCode: 53,
    says: (path) => `The disk failed while the database ${path} was read or written.`,
    hint: "The system's log has the cause. Copy the file to a sound disk before anything else.",
  },
  "sign-in-refused": {
    exitCode: 50,
    says: (subject) => `The database ${subject} refused the user or password.`,
    hint: "Check the user and password in DATABASE_URL.",
  },
  missing: {
    exitCode: 51,
    says: (subject) => `There is no database ${subject}.`,
    hint: "Create it (createdb), or check the name in DATABASE_URL.",
  },
  "wrong-encoding": {
    exitCode: 52,
    says: (subject) => `The database ${subject} can't hold every character: its encoding is not UTF8.`,
    hint: "Create it with ENCODING 'UTF8'.",
  },
} as const satisfies Record<string, Reason>;

export type RefusalName = keyof typeof reasons;
export const refusalNames = Object.keys(reasons) as readonly RefusalName[];

/** `subject` is the file's path, or host, port and name of a PostgreSQL database. */
export function refusal(name: RefusalName, subject: string): StoreRefusal {
  const { exitCode, says, hint } = reasons[name];
  return { exitCode, says: says(subject), hint };
}
