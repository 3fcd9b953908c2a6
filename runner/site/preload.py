"""Imports modules ahead of time, and tells whether a program could notice that it was not itself that did."""

import _signal
import os
import sys

import showing

# Of these matplotlib is one, or may load it.
_DRAW = ("matplotlib", "pylab", "seaborn", "pandas")
# What the server puts into a program's environment after the fork: who reads these while loading would read nothing.
_SET_LATER = ("OPENROUTER_", "OPENAI_", "ANTHROPIC_")


class Loaded:
    def __init__(self):
        self.unsafe = None
        self.reason = None
        self.variables = set()


def load(wanted):
    """Loads what is installed, in order. Stops at the first module whose loading had another effect than being loaded."""
    loaded = Loaded()
    if not wanted:
        return loaded
    import warnings

    if any(name.partition(".")[0] in _DRAW for name in wanted):
        showing.announce_figures()
    output, said = _catch_output()
    try:
        with _Environment(loaded.variables), warnings.catch_warnings(record=True) as told:
            for name in wanted:
                before = _world()
                found = _load_one(name)
                reason = "failed" if found is None else _difference(before, _world(), told, output)
                reason = reason or _late(loaded.variables)
                if reason is not None:
                    loaded.unsafe, loaded.reason = name, reason
                    break
    finally:
        for place, fd in zip((1, 2), said):
            os.dup2(fd, place)
        for fd in (output, *said):
            os.close(fd)
    return loaded


def _late(variables):
    if any(read.startswith(_SET_LATER) for read in variables):
        return "reads variables that are set later"
    return "reads all variables" if "*" in variables else None


def _load_one(name):
    """True: loaded; False: there is no such module, which is the program's to find out; None: it raised."""
    import importlib
    import importlib.util

    try:
        package, _, last = name.rpartition(".")
        if package and not _load_one(package):
            return False
        if package and hasattr(sys.modules[package], last):
            return True
        if importlib.util.find_spec(name) is None:
            return False
        importlib.import_module(name)
        return True
    except BaseException:  # noqa: BLE001 - whatever a module raises, it is the program that must see it
        return None


def _world():
    """What a module may leave behind besides itself. The fork makes native threads end that only wait for work."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return {
        "leaves a thread": len(os.listdir("/proc/self/task")),
        "leaves a process": _children(),
        "leaves a descriptor open": {(fd, _target(fd)) for fd in os.listdir("/proc/self/fd")},
        "handles a signal": [_signal.getsignal(number) for number in _signal.valid_signals()],
        "sets a variable": dict(os.environ._data),
        "changes the directory": os.getcwd(),
        "changes sys.path": list(sys.path),
    }


def _children():
    with open(f"/proc/self/task/{os.getpid()}/children", "rb") as file:
        return file.read()


def _target(fd):
    try:
        found = os.stat(int(fd))
    except OSError:
        return None  # the listing's own
    return (found.st_dev, found.st_ino)


def _difference(before, after, told, output):
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if os.lseek(output, 0, os.SEEK_END) > 0:
        return "writes to its output"
    if told:
        return "warns"
    return next((what for what in before if before[what] != after[what]), None)


def _catch_output():
    """A file for standard output and error from now on; and copies of what they were."""
    said = os.dup(1), os.dup(2)
    fd = os.open("/tmp", os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    os.dup2(fd, 1)
    os.dup2(fd, 2)
    return fd, said


class _Environment:
    """Notes which variables are read while it is in force; "*" stands for all."""

    def __init__(self, names):
        self.names = names

    def __enter__(self):
        kind, names = type(os.environ), self.names
        self.kept = kind.__getitem__, kind.__iter__

        def get_item(environment, key, old=kind.__getitem__):
            names.add(str(key))
            return old(environment, key)

        def iterate(environment, old=kind.__iter__):
            names.add("*")
            return old(environment)

        kind.__getitem__, kind.__iter__ = get_item, iterate

    def __exit__(self, *_):
        type(os.environ).__getitem__, type(os.environ).__iter__ = self.kept
