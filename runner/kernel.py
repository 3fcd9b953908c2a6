"""The few calls into Linux that Python's library lacks."""

import ctypes
import os
import signal

_libc = ctypes.CDLL(None, use_errno=True)
NEW_MOUNTS, NEW_USERS, NEW_PIDS, NEW_NETWORK = 0x20000, 0x10000000, 0x20000000, 0x40000000
_MS_REMOUNT = 32
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 1, 36, 47, 4


def _checked(result):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def signal_at_parents_death(number):
    _checked(_libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0))


def die_with_parent(parent):
    """SIGKILL for this process when `parent` ends; at once if it has already."""
    signal_at_parents_death(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(127)


def find_orphans_here():
    """Descendants whose parent ended become this process's children, so that it can wait for them."""
    _checked(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))


def keep_no_capabilities():
    """An ordinary user with capabilities of a service (to bind port 443, say) would hand them on, and bwrap refuses that."""
    _checked(_libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))


def become_user(uid):
    """An ordinary user, for good; None: whom we are already. Raises PermissionError should that be the host's root."""
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    if os.getuid() == 0:
        raise PermissionError("a sandbox is never started as the host's root")
    keep_no_capabilities()


def join_namespace(fd, kind):
    """`fd`: of a file in /proc/PID/ns. There may be no other thread."""
    _checked(_libc.setns(fd, kind))


def remount(place, flags, options):
    _checked(_libc.mount(None, os.fsencode(place), None, _MS_REMOUNT | flags, options))
