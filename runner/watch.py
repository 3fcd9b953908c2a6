"""Counts what a sandbox uses, seen from outside: memory of all its processes and of its file systems in memory, and CPU."""

import os

_PAGE = os.sysconf("SC_PAGESIZE")
_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
# A file without content still costs the kernel about this much.
_INODE_BYTES = 1024


class Sample:
    def __init__(self):
        self.now_bytes = 0
        self.peak_bytes = 0
        self.cpu_ms = 0.0
        self.processes = 0
        self.disk_bytes = 0
        self.ran_out = False  # of memory, and the kernel ended something for it

    def take(self, used):
        """What a control group tells (cgroup_pool.Used) is better than what was seen from outside."""
        if used.now_bytes is not None:
            self.now_bytes = used.now_bytes
        if used.peak_bytes is not None:
            self.peak_bytes = max(self.peak_bytes, used.peak_bytes)
        if used.cpu_ms is not None:
            self.cpu_ms = max(self.cpu_ms, used.cpu_ms)
        if used.pids is not None:
            self.processes = used.pids
        self.ran_out = used.oom_kills > 0


def sample(init, roots, limit_bytes, into):
    """Looks once at process `init`'s descendants and at the file systems that `roots` are open on. Shared pages are counted once
    only when the plain sum is over the limit: telling them apart is slow."""
    pids, resident, ticks = _descendants(init)[1:], 0, 0
    for pid in pids:
        fields = _stat(pid)
        if fields is not None:
            ticks += sum(int(field) for field in fields[11:15])
            resident += int(fields[21]) * _PAGE
    into.cpu_ms = max(into.cpu_ms, ticks * _TICK_MS)
    files = in_files(roots)
    now = resident + files
    if now > limit_bytes:
        own, shared_memory = _proportional(pids)
        now = own + max(0, files - shared_memory)
        resident = own
    into.now_bytes = now
    into.peak_bytes = max(into.peak_bytes, resident)
    into.processes = len(pids)


def children_of(pid):
    """The direct children of all threads of `pid`, oldest first per thread; none when it is gone. Quick, but one may be left out while
    others end (proc(5)): for looks that are repeated."""
    found = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:
                found += [int(child) for child in file.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return found
    return found


def every_child_of(pid):
    """The same from the other side, by each process's own parent: none is left out, whatever ends meanwhile."""
    numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [number for number in numbers if _parent(number) == pid]


def _descendants(init):
    pids, seen = [init], {init}
    for pid in pids:
        for child in children_of(pid):
            if child not in seen:
                seen.add(child)
                pids.append(child)
    return pids


def _parent(pid):
    try:
        fields = _stat(pid)
    except PermissionError:
        return None  # another user's, where /proc hides those: no child of ours
    return int(fields[1]) if fields is not None else None


def _stat(pid):
    """/proc/PID/stat after the name, which may hold anything: field n of proc(5) is at n - 3."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def in_files(roots):
    """Bytes in the file systems in memory; only their roots are looked at, never a path that a program could have made."""
    total = 0
    for root in roots:
        use = os.fstatvfs(root)
        total += (use.f_blocks - use.f_bfree) * use.f_frsize + (use.f_files - use.f_ffree) * _INODE_BYTES
    return total


def _proportional(pids):
    """(bytes of all processes with shared pages counted once, bytes of them in shared memory)."""
    total = shared = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
                sizes = dict(line.split(b":", 1) for line in file if line.startswith(b"Pss"))
        except PermissionError:
            # A process may make itself undumpable, and then its details are root's: it counts in full.
            fields = _stat(pid)
            total += int(fields[21]) * _PAGE if fields is not None else 0
        except (FileNotFoundError, ProcessLookupError):
            continue
        else:
            total += _kibibytes(sizes.get(b"Pss"))
            shared += _kibibytes(sizes.get(b"Pss_Shmem"))
    return total, shared


def _kibibytes(field):
    return int(field.split()[0]) * 1024 if field is not None else 0
