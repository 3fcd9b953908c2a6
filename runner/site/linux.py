"""The calls into Linux, and into CPython itself, that Python's library lacks, for the time before a program's first line."""

import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)
_python = ctypes.pythonapi

NEW_MOUNTS, NEW_IPC, NEW_USERS, NEW_PIDS, NEW_NETWORK = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
RUNS_OWN = NEW_USERS | NEW_PIDS | NEW_MOUNTS | NEW_NETWORK | NEW_IPC
NOSUID, NODEV, NOEXEC = 2, 4, 8
_MS_BIND, _MS_REC = 4096, 16384
_SIGCHLD = 17
_CLONE = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_CAPBSET_DROP = 1, 4, 22, 24
_SIGKILL = 9
_SECCOMP_MODE_FILTER = 2
_HEADER, _NO_CAPABILITIES = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()  # _LINUX_CAPABILITY_VERSION_3


def _checked(result, what):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def fork_into(namespaces):
    """os.fork() whose child is process 1 (and every capability's holder) of new namespaces. There may be no other thread: the C
    library's own preparations for a fork are passed over."""
    _python.PyOS_BeforeFork()
    pid = _libc.syscall(_CLONE, namespaces | _SIGCHLD, None, None, None, None)
    if pid == 0:
        _python.PyOS_AfterFork_Child()
        return 0
    number = ctypes.get_errno()
    _python.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(number, f"making namespaces: {os.strerror(number)}")
    return pid


def keep_for_ever(thing):
    """Not even the interpreter's end destroys it."""
    _python.Py_IncRef(ctypes.py_object(thing))


_prompts = []


@ctypes.CFUNCTYPE(ctypes.c_int)
def _on_prompt():
    for tell in _prompts:
        tell()
    return 0


def before_each_prompt(tell):
    """Has `tell` called whenever the interpreter is about to read a line from a terminal, as input() does, which asks no object of
    Python's (PyOS_InputHook, as the C API has it under "The Very High Level Layer"). With the readline module ten times a second."""
    _prompts.append(tell)
    ctypes.c_void_p.in_dll(_python, "PyOS_InputHook").value = ctypes.cast(_on_prompt, ctypes.c_void_p).value


def die_with_parent():
    _checked(_libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0), "dying with the parent")


def pause_at_end():
    """Once nothing is left of the interpreter, this process reads of its standard input and then waits for ever."""
    for name in ("pause", "getchar"):  # the last is the first
        _checked(_python.Py_AtExit(ctypes.cast(getattr(_libc, name), ctypes.c_void_p)), "waiting at the end")


def mount(kind, place, flags, options):
    _checked(_libc.mount(kind, place, kind, flags, options), f"mounting {place.decode()}")


def bind(source, place):
    """With what is mounted below it, and as read-only as it is there."""
    _checked(_libc.mount(source, place, None, _MS_BIND | _MS_REC, None), f"binding {place.decode()}")


def last_capability():
    with open("/proc/sys/kernel/cap_last_cap", "rb") as file:
        return int(file.read())


def drop_capabilities(last):
    """Effective, permitted, inheritable and bounding: none up to the `last` is left and none can come back."""
    for capability in range(last + 1):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            _checked(-1, "dropping capabilities")
    _checked(_libc.capset(_HEADER, _NO_CAPABILITIES), "dropping capabilities")


class _Program(ctypes.Structure):
    """struct sock_fprog"""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


class Filter:
    """A seccomp program (struct sock_filter, one after the other), laid out once for all forks."""

    def __init__(self, program):
        self.code = ctypes.create_string_buffer(program, len(program))
        self.wanted = _Program(len(program) // 8, ctypes.addressof(self.code))
        self.place = ctypes.byref(self.wanted)

    def put_in_force(self):
        """For ever, and for all children."""
        _checked(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, self.place, 0, 0), "filtering system calls")


def hide_from_ptrace():
    """This process's /proc entries are nobody's to read, whoever has the same user."""
    _checked(_libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "hiding")
