"""Runs a command for which every fsync and fdatasync fails with EIO, as on a disk that is about to die: `failing-disk.py COMMAND...`.

A filter of system calls does it, so it needs no rights and no device, and holds for everything that the command starts.
"""

import ctypes
import errno
import os
import struct
import sys

# Numbers of linux/audit.h, linux/seccomp.h, linux/filter.h and of each machine's system calls (fsync, fdatasync).
ARCHITECTURE, CALLS = {"x86_64": (0xC000003E, (74, 75)), "aarch64": (0xC00000B7, (82, 83))}[os.uname().machine]
LOAD, IS_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ERROR = 0x7FFF0000, 0x00050000
NUMBER_AT, ARCHITECTURE_AT = 0, 4
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2

program = [
    (LOAD, 0, 0, ARCHITECTURE_AT),
    (IS_EQUAL, 0, 3, ARCHITECTURE),
    (LOAD, 0, 0, NUMBER_AT),
    (IS_EQUAL, 2, 0, CALLS[0]),
    (IS_EQUAL, 1, 0, CALLS[1]),
    (RETURN, 0, 0, ALLOW),
    (RETURN, 0, 0, ERROR | errno.EIO),
]
instructions = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *one) for one in program))
described = struct.pack("<HxxxxxxQ", len(program), ctypes.addressof(instructions))
prctl = ctypes.CDLL(None, use_errno=True).prctl
for arguments in ((NO_NEW_PRIVILEGES, 1, 0, 0, 0), (SECCOMP, FILTER, ctypes.c_char_p(described), 0, 0)):
    if prctl(*arguments) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
try:
    fd = os.open(".", os.O_RDONLY)
    os.fsync(fd)
except OSError as error:
    if error.errno != errno.EIO:
        raise
else:
    raise SystemExit("the filter is not in force")
os.execvp(sys.argv[1], sys.argv[1:])
