"""Limits by control groups of version 2, in a part of the tree that was handed to us (systemd: Delegate=yes)."""

import errno
import os
import select

from cgroup_files import kill, leftovers_in, own_name, pids_in, read, remove, write
from cgroup_pool import LEFT_BYTES, Groups, Used, in_words
from cgroup_texts import keyed, parent_of, seen_at

CONTROLLERS = ("memory", "pids", "cpu")
# A group that hands controllers on must have no process of its own: the server and what is with it go here.
SERVERS_OWN = "server"
_MOVE_ROUNDS = 100
_TELLS_DELEGATION = ("user.delegate", "trusted.delegate")  # systemd.exec: set by its versions from 251 and 236


def find(mounts, path, server_pid):
    """(directory handed to us, None) or (None, why there is none), by looking only."""
    mount = next((m for m in mounts if m.kind == "cgroup2"), None)
    if mount is None or path is None:
        return None, "cgroup v2 is not mounted"
    own = seen_at(mount, path)
    if own is None:
        return None, f"{mount.point} does not show this process's own group {path}"
    above, top = os.path.dirname(own), mount.point.rstrip("/")
    if own != top and not _is_told_delegated(own) and _is_ours_above(own, above):
        own = above
    trouble = _why_not(own, own == top, server_pid)
    return (own, None) if trouble is None else (None, trouble)


def usable(directory):
    return [controller for controller in CONTROLLERS if controller in read(directory, "cgroup.controllers").split()]


def open_v2(parent, name):
    """Makes our directory in the one that was handed to us, and hands on what controllers there are. Raises OSError."""
    if not is_root_of_all(parent):
        _clear(parent)
    missing = _hand_on(parent, {c: "is not handed to us" for c in CONTROLLERS if c not in usable(parent)})
    directory_name = own_name(name)
    directory = f"{parent}/{directory_name}"
    os.mkdir(directory)
    missing = _hand_on(directory, missing)
    used = [controller for controller in CONTROLLERS if controller not in missing]
    says = in_words("v2", used or ["no controller"], missing, [parent])
    return GroupsV2([parent], directory_name, says, leftovers_in(parent, name), used)


def is_root_of_all(directory):
    """The machine's own root, which may have processes and hand controllers on at once."""
    return not os.path.exists(f"{directory}/cgroup.type")


def _is_ours_above(own, above):
    """Whether we are in a leaf of what was handed to us: the one made by an earlier start, or systemd's DelegateSubgroup=."""
    if os.path.basename(own) == SERVERS_OWN and not pids_in(above):
        return True
    return "." not in os.path.basename(own) and _is_told_delegated(above)  # units' own groups have a dot


def _why_not(directory, is_top, server_pid):
    for path in (directory, f"{directory}/cgroup.procs", f"{directory}/cgroup.subtree_control"):
        if not os.access(path, os.W_OK, effective_ids=True):
            return f"user {os.geteuid()} may not write {path}"
    if is_top or _is_told_delegated(directory):
        return None
    for pid in pids_in(directory):
        if not _descends(pid, server_pid):
            return f"{directory} was not handed to this server alone: process {pid} is in it too"
    return None


def _is_told_delegated(directory):
    for attribute in _TELLS_DELEGATION:
        try:
            if os.getxattr(directory, attribute) == b"1":
                return True
        except OSError as error:
            if error.errno not in (errno.ENODATA, errno.EPERM, errno.ENOTSUP):
                raise
    return False


def _descends(pid, ancestor):
    while pid > 0:
        if pid == ancestor:
            return True
        try:
            pid = parent_of(read(f"/proc/{pid}", "stat"))
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ESRCH):
                return True  # it has ended, and is nobody's any more
            raise
    return False


def _clear(parent):
    leaf = f"{parent}/{SERVERS_OWN}"
    for _ in range(_MOVE_ROUNDS):
        pids = pids_in(parent)
        if not pids:
            return
        if 0 in pids:  # one of another process namespace; written, it would mean ourselves
            raise OSError(errno.EPERM, "a process that cannot be seen from here is in it", f"{parent}/cgroup.procs")
        if not os.path.isdir(leaf):
            os.mkdir(leaf)
        for pid in pids:
            try:
                write(leaf, "cgroup.procs", pid)
            except OSError as error:
                if error.errno != errno.ESRCH:  # it ended first
                    raise
    raise OSError(errno.EBUSY, "processes are made faster than they can be moved", f"{parent}/cgroup.procs")


def _hand_on(directory, missing):
    refused = {}
    for controller in CONTROLLERS:
        if controller not in missing:
            try:
                write(directory, "cgroup.subtree_control", f"+{controller}")
            except OSError as error:
                refused[controller] = str(error)
    return {**missing, **refused}


class GroupsV2(Groups):
    kind = "v2"

    def __init__(self, parents, directory_name, says, leftovers, controllers):
        super().__init__(parents, directory_name, says, leftovers)
        self.controllers = frozenset(controllers)

    def make(self, name):
        place = f"{self.directories[0]}/{name}"
        os.mkdir(place)
        try:
            return GroupV2(self, place)
        except OSError:
            remove(place)
            raise


class GroupV2:
    def __init__(self, groups, place):
        self._groups = groups
        self._place = place
        self._limits = {}  # what was written last, for a limit that stays is not written again
        self._has = groups.controllers
        self._peak_fd = self._events_fd = self._bell = None
        self._seen_peak = self._kills_told = 0
        self._peak_is_for_good = False
        self._refused = None  # frozen by a kill, which refuses forks itself
        self._start = Used(0, 0, 0, 0, 0, 0)
        if "memory" in self._has:
            write(place, "memory.oom.group", 1)
            if os.path.exists(f"{place}/memory.swap.max"):
                write(place, "memory.swap.max", 0)

    def begin(self, memory_bytes, pids, cpu_weight):
        for controller, file, value in (
            ("memory", "memory.max", memory_bytes),
            ("pids", "pids.max", pids),
            ("cpu", "cpu.weight", cpu_weight),
        ):
            if controller in self._has:
                self._limit(file, value)
        self._begin_peak()
        self._refused = None
        self._start = Used(0, 0, 0, 0, 0, 0)
        self._start = self.used()
        if self._start.pids:
            raise OSError(errno.EBUSY, "a process is in it already", self._place)
        self._seen_peak = 0
        self.answer_alarm()

    def add(self, pid):
        """Moves a process with its threads. The kernel waits for all processors first, 5 to 10 ms a time unless it has
        just done so; a process that enters by itself (see `doors`) keeps that wait out of the caller's loop."""
        write(self._place, "cgroup.procs", pid)

    def doors(self):
        """Descriptors for a process, which enters with its threads by writing `0` to each, whoever it is and whatever it
        sees: what counts is who opened them. The caller closes them, and they must not stay open in a program."""
        return [os.open(f"{self._place}/cgroup.procs", os.O_WRONLY | os.O_CLOEXEC)]

    def used(self):
        place, start = self._place, self._start
        now = peak = pids = None
        kills = refused = 0
        if "memory" in self._has:
            now = max(0, int(read(place, "memory.current")) - start.now_bytes)
            peak = self._peak_since_take(now)
            kills = keyed(read(place, "memory.events"))["oom_kill"] - start.oom_kills
        cpu_ms = keyed(read(place, "cpu.stat"))["usage_usec"] / 1e3 - start.cpu_ms
        if "pids" in self._has:
            pids = int(read(place, "pids.current"))
            refused = self._refused
            if refused is None:
                refused = keyed(read(place, "pids.events"))["max"] - start.pids_refused
        return Used(now, peak, cpu_ms, pids, kills, refused)

    def kill(self):
        """SIGKILL to all in it; they end a little later."""
        if os.path.exists(f"{self._place}/cgroup.kill"):  # since Linux 5.14
            write(self._place, "cgroup.kill", 1)
            return
        if "pids" in self._has:
            if self._refused is None:
                self._refused = self.used().pids_refused
            self._limit("pids.max", 0)
        kill(self._place)

    def alarm_fd(self):
        """A descriptor that poll tells to be readable (POLLIN) when memory has run out in this group, or has had to be
        taken back to stay below the limit, at most every 10 ms; it stays the same as long as the group is used, and
        must be forgotten before that is given back. None without the memory controller."""
        if self._bell is None and "memory" in self._has:
            # The file itself is always readable, and only POLLPRI tells of a change: this turns the one into the other.
            events = os.open(f"{self._place}/memory.events", os.O_RDONLY | os.O_CLOEXEC)
            bell = select.epoll(1)
            bell.register(events, select.EPOLLPRI)
            self._events_fd, self._bell = events, bell
            self.answer_alarm()
        return self._bell and self._bell.fileno()

    def answer_alarm(self):
        """Whether memory has run out since the last answer, and all in it was killed; quiet until something changes."""
        if self._events_fd is None:
            return False
        kills, before = keyed(os.pread(self._events_fd, 4096, 0).decode())["oom_kill"], self._kills_told
        self._kills_told = kills
        return kills > before

    def give_back(self):
        """False while something is still in it: to be tried again at the next look. True: take the figures before, for the
        group may be gone."""
        if pids_in(self._place):
            return False
        if "pids" in self._has and int(read(self._place, "pids.current")) > 0:
            return False  # dead, but nobody has waited for it yet: it would count against the next run
        self._groups.keep(self)
        return True

    def is_clean(self):
        """Whether little enough is left in it for another run. The kernel is not asked to take the rest away: that is
        slow, and it does so by itself when it needs the room, also after the group's removal."""
        if self._peak_is_for_good:
            return False
        return "memory" not in self._has or int(read(self._place, "memory.current")) <= LEFT_BYTES

    def remove(self):
        self.close_files()
        remove(self._place)

    def close_files(self):
        for fd in (self._peak_fd, self._events_fd):
            if fd is not None:
                os.close(fd)
        if self._bell is not None:
            self._bell.close()
        self._peak_fd = self._events_fd = self._bell = None

    def _begin_peak(self):
        """Since Linux 6.12 the highest use begins anew for a descriptor that is written to. From 5.19 on it is that since the
        group was made, so each run has one of its own; before, the highest use that was seen must do."""
        if "memory" not in self._has or not os.path.exists(f"{self._place}/memory.peak"):
            return
        try:
            if self._peak_fd is None:
                self._peak_fd = os.open(f"{self._place}/memory.peak", os.O_RDWR | os.O_CLOEXEC)
            os.write(self._peak_fd, b"reset\n")
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EINVAL, errno.EPERM):
                raise OSError(error.errno, error.strerror, f"{self._place}/memory.peak") from None
            self._peak_is_for_good = True
            if self._peak_fd is None:
                self._peak_fd = os.open(f"{self._place}/memory.peak", os.O_RDONLY | os.O_CLOEXEC)

    def _peak_since_take(self, now):
        self._seen_peak = max(self._seen_peak, now)
        if self._peak_fd is not None:
            self._seen_peak = max(self._seen_peak, int(os.pread(self._peak_fd, 64, 0)) - self._start.now_bytes)
        return self._seen_peak

    def _limit(self, file, value):
        if self._limits.get(file) != value:
            write(self._place, file, value)
            self._limits[file] = value
