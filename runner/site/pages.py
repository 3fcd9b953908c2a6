"""A forked process's own copies of memory: which pages it has, and how it gets many at once.

A fork shares its memory until it writes there, and then each page costs a fault of its own, in the middle of whatever it does.
"""

import array
import ctypes
import os

_libc = ctypes.CDLL(None)
_MADV_POPULATE_WRITE = 23  # since Linux 5.14; an older one answers EINVAL, and nothing is lost
_PAGE = os.sysconf("SC_PAGESIZE")
# Of an entry in /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst): mapped here only; of a file, or shared memory.
_EXCLUSIVE, _OF_A_FILE = 1 << 56, 1 << 61
# To copy a page that lies between is no dearer than to ask once more.
_GAP = 2


def own(ranges):
    """Has this process own these now; `ranges`: of `prepared`."""
    for start, size in ranges:
        _libc.madvise(start, size, _MADV_POPULATE_WRITE)


def own_all(most_bytes):
    """All that may be written to, up to a bound: for who does not know what it will write to."""
    left, wanted = most_bytes, []
    for start, end in writable():
        if end - start <= left:
            left -= end - start
            wanted.append((start, end - start))
    own(prepared(wanted))


def prepared(ranges):
    """(address, bytes) each, in the shape that a call takes."""
    return [(ctypes.c_void_p(start), ctypes.c_size_t(size)) for start, size in ranges]


def writable():
    """(start, end) of what this process has for itself."""
    with open("/proc/self/maps", "rb") as file:
        lines = [line.split() for line in file.read().split(b"\n")]
    found = [line[0].split(b"-") for line in lines if len(line) > 4 and line[1] == b"rw-p" and line[-1] != b"[stack]"]
    return [(int(start, 16), int(end, 16)) for start, end in found]


def map_of(pid):
    """For `copied`."""
    return os.open(f"/proc/{pid}/pagemap", os.O_RDONLY | os.O_CLOEXEC)


def copied(page_map, ranges):
    """Numbers of the pages there that no other process shares. Raises OSError when the process has ended."""
    found = []
    for start, end in ranges:
        first, count = start // _PAGE, (end - start) // _PAGE
        entries = array.array("Q", os.pread(page_map, count * 8, first * 8))
        if len(entries) != count:
            raise OSError("the process has ended")
        found += [first + at for at, entry in enumerate(entries) if entry & (_EXCLUSIVE | _OF_A_FILE) == _EXCLUSIVE]
    return found


def joined(pages):
    """(address, bytes) of neighbours and near neighbours; `pages` in ascending order."""
    ranges = []
    for page in pages:
        if ranges and page - ranges[-1][1] <= _GAP:
            ranges[-1][1] = page
        else:
            ranges.append([page, page])
    return [(first * _PAGE, (last + 1 - first) * _PAGE) for first, last in ranges]
