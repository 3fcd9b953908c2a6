/** Python that attack programs begin with, and the form that each promise is written in. */
import type { Job } from "../../server/sandbox/sandbox.ts";

/** One line of the catalogue: what is tried, and what must come of it. */
export interface Attack {
  /** The number in the threat catalogue. */
  readonly id: string;
  readonly promise: string;
  readonly program: string;
  readonly stdout: string;
  readonly job?: Partial<Job>;
}

export const prelude = `
import ctypes, errno, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    """The errno of a system call, or 0."""
    arguments = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return 0 if libc.syscall(ctypes.c_long(number), *arguments) != -1 else ctypes.get_errno()
def answer(action):
    """The name of the error that the action meets, or "done"."""
    try:
        action()
    except OSError as error:
        return errno.errorcode.get(error.errno, type(error).__name__)
    return "done"
def write(path, text="x"):
    def attempt():
        fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try: os.write(fd, text.encode())
        finally: os.close(fd)
    return attempt
`;
