"""The few calls into Linux that Python's library lacks."""

import ctypes
import os
import signal

_libc = ctypes.CDLL(None, use_errno=True)
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
