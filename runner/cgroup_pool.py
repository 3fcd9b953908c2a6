"""What control groups of both versions have in common: they are taken for a run, given back, used again, and removed."""

from typing import NamedTuple

from cgroup_files import remove_tree

# Groups kept for the next runs: a waiting one costs the kernel some 10 kB a processor.
KEPT = 32
# What may stay charged to a group that is used again: cache of files that its run was the first to read. It makes room
# for the next run's own when that needs it, and is not counted as the next run's.
LEFT_BYTES = 8 << 20


class Used(NamedTuple):
    """Since the group was taken; None stands for what no controller here counts."""

    now_bytes: int | None
    peak_bytes: int | None
    cpu_ms: float | None
    pids: int | None  # threads are counted, as the limit does
    oom_kills: int  # above 0: memory has run out
    pids_refused: int


class Groups:
    """Groups below one directory of our own. `parents` are where it is made: one for v2, one a hierarchy for v1."""

    kind = "none"

    def __init__(self, parents, directory_name, says, leftovers):
        self.says = says
        self.directories = [f"{parent}/{directory_name}" for parent in parents]
        self._leftovers = leftovers
        self._free = []
        self._stuck = []
        self._made = 0

    def take(self, memory_bytes, pids, cpu_weight):
        """A group without a process, with these limits: bytes of everything (programs, files in memory, cache), tasks,
        and a share of the processors from 1 to 10000, where 100 is the usual. Raises OSError naming the file."""
        while self._free:
            group = self._free.pop()
            try:
                group.begin(memory_bytes, pids, cpu_weight)
                return group
            except OSError:
                self._discard(group)  # a new one will tell what is wrong, if anything is
        self._made += 1
        group = self.make(str(self._made))
        try:
            group.begin(memory_bytes, pids, cpu_weight)
        except OSError:
            self._discard(group)
            raise
        return group

    def make(self, name):
        raise NotImplementedError

    def keep(self, group):
        """For the next run, when it is clean and there is room."""
        stuck, self._stuck = self._stuck, []
        for other in stuck:
            self._discard(other)
        if len(self._free) < KEPT and group.is_clean():
            self._free.append(group)
        else:
            self._discard(group)

    def _discard(self, group):
        try:
            group.remove()
        except OSError:
            group.kill()  # a process has got into it after all; once more when the next is given back
            self._stuck.append(group)

    def remove_leftovers(self):
        """Ends and removes what servers that are gone have left; returns what could not be removed, in words."""
        return _remove(self._leftovers)

    def close(self):
        """Ends everything in every group and removes them; returns what could not be removed, in words."""
        for group in self._free:
            group.close_files()
        self._free = []
        return _remove(self.directories)


class NoGroups:
    """This machine gives none, and `says` tells why and what can be done."""

    kind = "none"

    def __init__(self, says):
        self.says = says

    def remove_leftovers(self):
        return []

    def close(self):
        return []


def in_words(version, used, missing, parents):
    """What was found, for doctor."""
    says = f"cgroup {version}: {', '.join(used)} below {', '.join(parents)}"
    if missing:
        says += "; not used: " + ", ".join(f"{what} {why}" for what, why in missing.items())
    return says + "."


def _remove(directories):
    troubles = []
    for directory in directories:
        try:
            remove_tree(directory)
        except OSError as error:
            troubles.append(str(error))
    return troubles
