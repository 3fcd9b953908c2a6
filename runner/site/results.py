"""Sends what a program shows and the files that it made, in pieces that several processes can write without tearing them.

One piece is at most PIPE_BUF bytes: "OR", kind (b begin, m more, e end), the sender's process number and its count (each 32
bits), the payload's length (16 bits), all little-endian, and the payload. A begin's payload is the result's head as JSON. See
server/sandbox/result-pieces.ts.
"""

import os
import stat
import struct

PIECE, HEAD = 4096, 13
_ROOM = PIECE - HEAD

# Kept in step with contract/limits.ts (resultsPerRun, resultBytes, resultsBytes): there is no use in sending more.
MOST_FILES, MOST_BYTES, MOST_ALL_BYTES = 200, 8 << 20, 32 << 20
_ENTRIES, _DEPTH = 10_000, 32
_count = 0


def send(fd, kind, media_type, name, content, size, note):
    """`content`: bytes, or None for what is only told of."""
    global _count
    _count += 1
    sender = os.getpid()
    head = json_text((("kind", kind), ("mediaType", media_type), ("name", name), ("size", size), ("note", note)))
    _write(fd, b"b", sender, _count, head.encode("ascii")[:_ROOM])
    if content is not None:
        view = memoryview(content)
        for start in range(0, len(view), _ROOM):
            _write(fd, b"m", sender, _count, view[start : start + _ROOM])
    _write(fd, b"e", sender, _count, b"1" if content is not None else b"0")


def upcoming():
    """The count that the next result of this process will have."""
    return _count + 1


def _write(fd, kind, sender, count, payload):
    os.write(fd, b"OR" + kind + struct.pack("<IIH", sender, count, len(payload)) + payload)


def json_text(fields):
    return "{" + ",".join(f'"{name}":{_json(value)}' for name, value in fields) + "}"


def _json(value):
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value)
    return '"' + "".join(_json_letter(letter) for letter in value) + '"'


def _json_letter(letter):
    number = ord(letter)
    if letter in '"\\':
        return "\\" + letter
    if 32 <= number < 127:
        return letter
    if number < 0x10000:
        return f"\\u{number:04x}"
    number -= 0x10000
    return f"\\u{0xD800 + (number >> 10):04x}\\u{0xDC00 + (number & 0x3FF):04x}"


# --- files ------------------------------------------------------------------------------------------------------------


def send_files(fd, placed):
    """Regular files of /project that are not as they were placed (at `placed`, ns). No link is followed; caches and hidden
    directories are left out."""
    found, looked = [], [0]
    try:
        root = os.open("/project", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return
    _look(root, "", placed, found, looked, 0)
    left = MOST_ALL_BYTES
    for count, (path, size) in enumerate(sorted(found)):
        if count == MOST_FILES:
            more = len(found) - count
            send(fd, "file", None, None, None, 0, f"{more} more files are not taken: a run gives at most {MOST_FILES}.")
            break
        if size > MOST_BYTES or size > left:
            limit = MOST_BYTES if size > MOST_BYTES else MOST_ALL_BYTES
            whose = "a file" if size > MOST_BYTES else "all files of a run"
            send(fd, "file", None, shown(path), None, size, f"Not taken: {whose} may have {limit >> 20} MiB.")
            continue
        content = _content(path, size)
        if content is not None:
            left -= len(content)
            send(fd, "file", None, shown(path), content, len(content), None)
    if looked[0] > _ENTRIES:
        send(fd, "file", None, None, None, 0, f"Only the first {_ENTRIES} entries of the work directory were looked at.")


def shown(path):
    return path.encode("utf-8", "backslashreplace").decode()[:1024]


def _look(directory, prefix, placed, found, looked, depth):
    """Closes `directory`."""
    try:
        os.fchmod(directory, 0o700)
        entries = os.scandir(directory)
    except OSError:
        os.close(directory)
        return
    with entries:
        for entry in entries:
            looked[0] += 1
            if looked[0] > _ENTRIES:
                break
            try:
                _look_at(entry, directory, prefix, placed, found, looked, depth)
            except OSError:
                continue  # it can't be read, by us as by the program
    os.close(directory)


def _look_at(entry, directory, prefix, placed, found, looked, depth):
    status = entry.stat(follow_symlinks=False)
    if stat.S_ISDIR(status.st_mode):
        if depth < _DEPTH and entry.name != "__pycache__" and not entry.name.startswith("."):
            below = os.open(entry.name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
            _look(below, f"{prefix}{entry.name}/", placed, found, looked, depth + 1)
    elif stat.S_ISREG(status.st_mode) and status.st_mtime_ns != placed:
        found.append((prefix + entry.name, status.st_size))


def _content(path, size):
    """Nobody but us is left to swap a part of the path for a link; O_NOFOLLOW and the bound stand in any case."""
    try:
        fd = os.open("/project/" + path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    parts, left = [], size
    while left > 0 and (part := os.read(fd, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    os.close(fd)
    return b"".join(parts)
