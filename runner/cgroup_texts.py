"""Reads the texts in which Linux tells about control groups: pure functions, so that every layout can be tested anywhere."""

import re
from typing import NamedTuple


class Mount(NamedTuple):
    point: str
    root: str  # which directory of the hierarchy is seen at `point`
    kind: str
    options: frozenset  # of the hierarchy; a v1 one names its controllers here


def own_paths(text):
    """/proc/PID/cgroup (cgroups(7)) as (path by v1 controller, v2 path or None)."""
    by_controller, unified = {}, None
    for line in filter(None, text.split("\n")):
        number, controllers, path = line.split(":", 2)
        if number == "0" and controllers == "":
            unified = path
        else:
            by_controller.update(dict.fromkeys(controllers.split(","), path))
    return by_controller, unified


def cgroup_mounts(text):
    """The control group file systems of /proc/PID/mountinfo (proc(5)), in its order."""
    found = []
    for line in filter(None, text.split("\n")):
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        if kind in ("cgroup", "cgroup2"):
            fields = before.split(" ")
            found.append(Mount(_plain(fields[4]), _plain(fields[3]), kind, frozenset(options.split(","))))
    return found


def seen_at(mount, path):
    """Where the group `path` is to be found below a mount; None when the mount shows another part of the hierarchy."""
    root = mount.root.rstrip("/")
    if path != root and not path.startswith(root + "/") or "/../" in path + "/":
        return None
    return (mount.point.rstrip("/") + path[len(root) :]).rstrip("/")


def keyed(text):
    """`name number` lines, as in memory.events, pids.events, cpu.stat and v1's memory.oom_control."""
    return {name: int(value) for name, value in (line.split() for line in text.splitlines() if line)}


def owner_of(directory_name, name):
    """(pid, start time, namespace) out of `name-pid-starttime-namespace`; None when it is no directory of ours."""
    match = re.fullmatch(re.escape(name) + r"-(\d+)-(\d+)-(\d+)", directory_name)
    return tuple(map(int, match.groups())) if match else None


def start_time(stat):
    """The start time, in ticks since boot, out of /proc/PID/stat: with the pid it names a process for good."""
    return int(stat.rpartition(")")[2].split()[19])


def parent_of(stat):
    """The parent's pid out of /proc/PID/stat."""
    return int(stat.rpartition(")")[2].split()[1])


def _plain(field):
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), field)
