"""Limits by control groups of version 1: one hierarchy a controller, each of which may be missing."""

import errno
import os

from cgroup_files import kill, leftovers_in, own_name, pids_in, read, remove, write
from cgroup_pool import LEFT_BYTES, Groups, Used, in_words
from cgroup_texts import keyed, seen_at

# Of one task or group, and the most that the kernel takes.
_SHARES, _MOST_SHARES = 1024, 1 << 18
CONTROLLERS = ("memory", "pids", "cpu", "cpuacct")


def find(mounts, paths):
    """(our group's directory by controller, why it cannot be used by controller), by looking only."""
    found, missing = {}, {}
    for controller in CONTROLLERS:
        mount = next((m for m in mounts if m.kind == "cgroup" and controller in m.options), None)
        if mount is None:
            missing[controller] = "is not mounted"
            continue
        directory = seen_at(mount, paths.get(controller, "/"))
        if directory is None:
            missing[controller] = f"is seen in another part at {mount.point}"
        elif os.geteuid() != 0:
            missing[controller] = "is for root only"
        elif (trouble := _not_writable(directory)) is not None:
            missing[controller] = f"{trouble} at {mount.point}"
        else:
            found[controller] = directory
    return found, missing


def _not_writable(directory):
    try:
        return "is mounted read-only" if os.statvfs(directory).f_flag & os.ST_RDONLY else None
    except OSError as error:  # another file system lies over the hierarchy
        return f"cannot be seen ({error.strerror})"


def open_v1(found, missing, name):
    """Makes our directory in each hierarchy; what refuses is left out and told. Raises OSError when all do."""
    own, made, trouble = own_name(name), {}, None
    for controller, parent in found.items():
        directory = f"{parent}/{own}"
        try:
            if directory not in made.values():  # cpu and cpuacct are often one hierarchy
                os.mkdir(directory)
            made[controller] = directory
        except OSError as error:
            trouble = error
            missing = {**missing, controller: str(error)}
    if not made:
        raise trouble
    if "cpu" in made:
        # A group weighs what a single task beside it does: all runs together get that for each processor.
        write(made["cpu"], "cpu.shares", min(_MOST_SHARES, _SHARES * (os.cpu_count() or 1)))
    parents = sorted({os.path.dirname(directory) for directory in made.values()})
    leftovers = [left for parent in parents for left in leftovers_in(parent, name)]
    return GroupsV1(parents, own, in_words("v1", made, missing, parents), leftovers, made)


class GroupsV1(Groups):
    kind = "v1"

    def __init__(self, parents, directory_name, says, leftovers, made):
        super().__init__(parents, directory_name, says, leftovers)
        self._made_in = made

    def make(self, name):
        at = {controller: f"{directory}/{name}" for controller, directory in self._made_in.items()}
        places = sorted(set(at.values()))
        for number, place in enumerate(places):
            try:
                os.mkdir(place)
            except OSError:
                for made in places[:number]:
                    os.rmdir(made)
                raise
        return GroupV1(self, at, places)


class GroupV1:
    def __init__(self, groups, at, places):
        self._groups = groups
        self._at = at
        self._places = places
        self._limits = {}  # what was written last, for a limit that stays is not written again
        self._bell = None
        self._rings = 0
        self._refused = None  # frozen by a kill, which refuses forks itself
        self._start = Used(0, 0, 0, 0, 0, 0)

    def begin(self, memory_bytes, pids, cpu_weight):
        if "memory" in self._at:
            self._limit("memory", "memory.swappiness", 0)
            self._limit_memory(memory_bytes)
            write(self._at["memory"], "memory.max_usage_in_bytes", 0)
        if "pids" in self._at:
            self._limit("pids", "pids.max", pids)
        if "cpu" in self._at:
            self._limit("cpu", "cpu.shares", max(2, cpu_weight * 1024 // 100))
        self.answer_alarm()
        self._rings, self._refused = 0, None
        self._start = Used(0, 0, 0, 0, 0, 0)
        self._start = self.used()
        if self._start.pids:
            raise OSError(errno.EBUSY, "a process is in it already", self._places[0])

    def add(self, pid):
        """Moves a process with its threads. The kernel waits for all processors first, 5 to 10 ms a time unless it has
        just done so: a process that can should enter by itself, see `doors`."""
        for place in self._places:
            write(place, "cgroup.procs", pid)

    def doors(self):
        """Descriptors for a process with a single thread, which enters by writing `0` to each, whoever it is and whatever
        it sees: what counts is who opened them. Moving oneself needs no waiting (some 50 µs in all). The caller closes them, and
        they must not stay open in a program."""
        opened = []
        try:
            for place in self._places:
                opened.append(os.open(f"{place}/tasks", os.O_WRONLY | os.O_CLOEXEC))
        except OSError:
            for fd in opened:
                os.close(fd)
            raise
        return opened

    def used(self):
        at, start = self._at, self._start
        now = peak = cpu_ms = pids = None
        kills = refused = 0
        if "memory" in at:
            now = max(0, int(read(at["memory"], "memory.usage_in_bytes")) - start.now_bytes)
            peak = max(now, int(read(at["memory"], "memory.max_usage_in_bytes")) - start.now_bytes)
            kills = keyed(read(at["memory"], "memory.oom_control")).get("oom_kill", 0) - start.oom_kills
            kills = max(kills, self._rings)
        if "cpuacct" in at:
            cpu_ms = int(read(at["cpuacct"], "cpuacct.usage")) / 1e6 - start.cpu_ms
        if "pids" in at:
            pids = int(read(at["pids"], "pids.current"))
            refused = self._refused
            if refused is None:
                refused = keyed(read(at["pids"], "pids.events")).get("max", 0) - start.pids_refused
        return Used(now, peak, cpu_ms, pids, kills, refused)

    def kill(self):
        """SIGKILL to all in it; they end a little later. No process can be made in it any more, so that none escapes."""
        if "pids" in self._at:
            if self._refused is None:
                self._refused = self.used().pids_refused
            self._limit("pids", "pids.max", 0)
        for place in self._places:
            kill(place)

    def alarm_fd(self):
        """A descriptor that poll tells to be readable (POLLIN) when memory has run out in this group; it stays the same as
        long as the group is used, and must be forgotten before that is given back. None without the memory controller."""
        if self._bell is None and "memory" in self._at:
            bell = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
            watched = os.open(f"{self._at['memory']}/memory.oom_control", os.O_RDONLY | os.O_CLOEXEC)
            try:
                write(self._at["memory"], "cgroup.event_control", f"{bell} {watched}")
            except OSError:
                os.close(bell)
                raise
            finally:
                os.close(watched)
            self._bell = bell
        return self._bell

    def answer_alarm(self):
        """Whether memory has run out since the last answer; quiet until it does again. It rings before the kernel has
        chosen a process to kill, and when the caller kills first, the kernel never counts one: so a ring counts too."""
        if self._bell is None:
            return False
        try:
            self._rings += os.eventfd_read(self._bell)
        except BlockingIOError:
            return False  # it did not ring
        return True

    def give_back(self):
        """False while something is still in it: to be tried again at the next look. True: take the figures before, for the
        group may be gone."""
        if any(pids_in(place) for place in self._places):
            return False
        if "pids" in self._at and int(read(self._at["pids"], "pids.current")) > 0:
            return False  # dead, but nobody has waited for it yet: it would count against the next run
        self._groups.keep(self)
        return True

    def is_clean(self):
        """Whether little enough is left in it for another run. The kernel is not asked to take the rest away: that takes
        30 ms for 64 MiB, and it does so by itself when it needs the room, also after the group's removal."""
        return "memory" not in self._at or int(read(self._at["memory"], "memory.usage_in_bytes")) <= LEFT_BYTES

    def remove(self):
        self.close_files()
        for place in self._places:
            remove(place)

    def close_files(self):
        if self._bell is not None:
            os.close(self._bell)
            self._bell = None

    def _limit(self, controller, file, value):
        if self._limits.get(file) != value:
            write(self._at[controller], file, value)
            self._limits[file] = value

    def _limit_memory(self, wanted):
        """Memory, and memory with swap: the second may at no time be the smaller one."""
        files = ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"]
        if not os.path.exists(f"{self._at['memory']}/{files[1]}"):
            files.pop()  # this kernel does not account swap: that none is used while there is memory must do
        if wanted > self._limits.get(files[0], 1 << 63):
            files.reverse()
        for file in files:
            self._limit("memory", file, wanted)
