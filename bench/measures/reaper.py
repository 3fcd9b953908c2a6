"""Runs a command as the one to whom its orphans fall, so that what they used counts with it, and ends it when the harness dies."""
import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

prctl = ctypes.CDLL(None).prctl
prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)

command = os.fork()
if command == 0:
    # One that does not end when it is asked to goes when this process is killed for it.
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    os.execvp(sys.argv[1], sys.argv[1:])
for asked in (signal.SIGTERM, signal.SIGINT):
    signal.signal(asked, lambda number, _frame: os.kill(command, number))
while True:
    pid, status = os.wait()
    if pid == command:
        sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)
