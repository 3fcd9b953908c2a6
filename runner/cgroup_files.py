"""Touches control groups' files and directories so that a refusal always names the file, and ends what is in them."""

import errno
import os
import select
import signal
import time

from cgroup_texts import owner_of, start_time

# A kill is sent to this many processes at a time, and repeated this often while new ones appear.
_KILL_BATCH, _KILL_ROUNDS = 64, 100
# How long the dead may take to be gone (a write to a slow disk must finish first).
_ENDING_S = 2.0


def read(directory, name):
    path = f"{directory}/{name}"
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return _whole(fd)
        finally:
            os.close(fd)
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from None


def write(directory, name, value):
    path = f"{directory}/{name}"
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.write(fd, str(value).encode())
        finally:
            os.close(fd)
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from None


def pids_in(directory):
    """Processes in it; 0 stands for one of another process namespace. None of them when the group is gone."""
    try:
        return [int(pid) for pid in read(directory, "cgroup.procs").split()]
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENODEV):
            return []
        raise


def is_alive(pid, started):
    """Whether the process with that number and start time is still there (a zombie is not)."""
    try:
        stat = read(f"/proc/{pid}", "stat")
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ESRCH):
            return False
        raise
    return start_time(stat) == started and stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def own_name(name):
    """`name-pid-starttime-namespace` of this process: a pid means nothing outside its process namespace."""
    return f"{name}-{os.getpid()}-{start_time(read('/proc/self', 'stat'))}-{own_namespace()}"


def own_namespace():
    return os.stat("/proc/self/ns/pid").st_ino


def leftovers_in(parent, name):
    """Directories below `parent` that a process made which is no more. Those of another process namespace (a container that sees the
    same hierarchy) are its own matter: from here nobody can tell whether their owner lives."""
    found, here = [], own_namespace()
    for entry in os.listdir(parent):
        owner = owner_of(entry, name)
        if owner is None:
            continue
        pid, started, namespace = owner
        if namespace == here and not is_alive(pid, started):
            found.append(f"{parent}/{entry}")
    return found


def send_kill(directory):
    """SIGKILL to every process in it, again while new ones appear, at most so often. They end a little later: the
    handles of those that had it are returned, for the caller to close."""
    handles, told = [], set()
    for _ in range(_KILL_ROUNDS):
        fresh = [pid for pid in pids_in(directory) if pid not in told and pid != 0][:_KILL_BATCH]
        if not fresh:
            break
        told.update(fresh)
        opened = {pid: handle for pid in fresh if (handle := _handle(pid)) is not None}
        still = set(pids_in(directory))  # a number that passed on to another process is not in it any more
        for pid, handle in opened.items():
            if pid in still:
                try:
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
                except ProcessLookupError:
                    pass  # it ended by itself: what was wanted
        handles += opened.values()
    return handles


def kill(directory):
    """As send_kill, for a caller who looks again later."""
    for handle in send_kill(directory):
        os.close(handle)


def remove_tree(directory):
    """Ends what is in a directory of groups, waits for that a bounded time, and removes it; raises OSError when
    something stays."""
    deadline = time.monotonic() + _ENDING_S
    for inside, _, _ in os.walk(directory, topdown=False):
        for handle in send_kill(inside):
            waiting = select.poll()
            waiting.register(handle, select.POLLIN)
            waiting.poll(max(0.0, deadline - time.monotonic()) * 1000)
            os.close(handle)
        os.rmdir(inside)


def remove(directory):
    """Removes one group, which must be empty; one that is gone is fine."""
    try:
        os.rmdir(directory)
    except FileNotFoundError:
        pass


def _handle(pid):
    try:
        return os.pidfd_open(pid)
    except OSError as error:
        if error.errno in (errno.ESRCH, errno.EINVAL):  # gone, or its leader is
            return None
        raise


def _whole(fd):
    parts = []
    while part := os.read(fd, 65536):
        parts.append(part)
    return b"".join(parts).decode("utf-8", "surrogateescape")  # a process may have any name
