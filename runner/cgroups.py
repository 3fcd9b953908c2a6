"""Finds the control groups that this machine gives for limiting each run, and opens them: the one way in to cgroup_*.py."""

import cgroup_v1
import cgroup_v2
from cgroup_files import read
from cgroup_pool import NoGroups
from cgroup_texts import cgroup_mounts, own_paths

_ADVICE = (
    "To have them, start the server in a group that systemd hands to it: put `Delegate=yes` in the unit's [Service], or"
    " `systemd-run --scope -p Delegate=yes COMMAND` (with `--user` when you are not root)."
)


def open_groups(server_pid, name):
    """Opens what is best here: v2 when part of it was handed to the server, else v1 for root, else none, and `says` tells
    which or why not. With v2 the server and all that is in its group move to a group `server` in it.

    Everything is made in one directory `name-pid-starttime-namespace`, named for the calling process: when that is gone, another's
    `remove_leftovers()` ends and removes what it left. So a process may open groups once."""
    mounts = cgroup_mounts(read("/proc/self", "mountinfo"))
    by_controller, unified = own_paths(read("/proc/self", "cgroup"))
    reasons = []
    v1, missing = cgroup_v1.find(mounts, by_controller)
    try:
        parent, why = cgroup_v2.find(mounts, unified, server_pid)
        if parent is None:
            reasons.append(why)
        elif _count(cgroup_v2.usable(parent)) < max(1, _count(v1)):
            reasons.append(f"{parent} hands on {', '.join(cgroup_v2.usable(parent)) or 'no controller'}")
        else:
            groups = cgroup_v2.open_v2(parent, name)
            if groups.controllers:
                return groups
            reasons += [groups.says, *groups.close()]
    except OSError as error:
        reasons.append(f"cgroup v2: {error}")
    if _count(v1) > 0:
        try:
            return cgroup_v1.open_v1(v1, missing, name)
        except OSError as error:
            reasons.append(f"cgroup v1: {error}")
    elif any(mount.kind == "cgroup" for mount in mounts):
        reasons.append("cgroup v1: " + ", ".join(f"{controller} {why}" for controller, why in missing.items()))
    return NoGroups(f"No limits by control groups: {'; '.join(reasons)}. {_ADVICE}")


def _count(controllers):
    """Memory is worth more than all else: it is what can take the machine along."""
    return sum(4 if controller == "memory" else 1 for controller in controllers if controller in cgroup_v2.CONTROLLERS)
