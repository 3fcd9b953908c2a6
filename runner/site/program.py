"""Turns the forked interpreter into the user's program, and leaves no trace of the supervisor that a program would meet.

Input: the message of server/sandbox/job-message.ts on the job's descriptor. Output: one letter per happening on the notes
pipe (server/sandbox/notes.ts), which lines send requests (sources.py), and the marks of both streams' order (server/sandbox/stream-order.ts). CPython opens
/project/<file> natively when `become` has returned, so the program is what `python3 file.py` would be.
"""

import atexit
import os
import resource
import sys
import time

import fresh
import linux
import pages
import reach
import showing
import sources
import streams
import terminal

# High numbers, so that the program's first open file is 3 as it would be elsewhere.
HAND, JOB, OWN_SOURCES, OWN_RESULTS, OWN_NOTES, OWN_OUT, OWN_ERR = 1017, 1018, sources.OWN_SOURCES, 1020, 1021, 1022, 1023
BROKEN = 70
# Without a rehearsal.
_OWN_BYTES = 32 << 20


_FILE_BYTES = int(os.environ.get("OPENROUTER_IDE_FILE_BYTES", 0))


teller = sources.Teller(OWN_SOURCES)


def prepare():
    """In the zygote, once all is loaded: what is the same for every program."""
    reach.explain()
    teller.watch()
    renew_main()
    give_back_at_exit()
    remove_traces()


def become(ends, hand, life, mark, memory, processes, placed, seccomp, rehearsed):
    try:
        own_pages(rehearsed)
        seccomp.put_in_force()
        os.setsid()
        life.send(b"program")
        life.close()
        arrange_descriptors(ends, hand)
        hand = type(hand)(fileno=HAND)
        set_limits(other_limits(processes))
        fresh.draw_anew()
        note = streams.make_note(OWN_NOTES)
        standard = streams.Streams(mark, note, OWN_OUT, OWN_ERR)
        # All that can be done before the key is pressed is done.
        groups = receive()
        if len(groups) != 4:
            os._exit(BROKEN)  # the server has no use for this one, or went away before it had sent a whole job
        arguments, environment, files, (columns, rows, unbuffered, draws, starts) = groups
        write_files(files, placed)
        set_limits(memory_limits(memory))
        is_terminal = columns != b"0"
        if is_terminal:
            terminal.open_for_program(hand, int(columns), int(rows))
            os.dup2(1, OWN_OUT, inheritable=False)
            os.dup2(2, OWN_ERR, inheritable=False)
        hand.close()
        set_environment(environment)
        words = [os.fsdecode(argument) for argument in arguments]
        sys.argv[1:] = words
        sys.orig_argv += words
        standard.settle(is_terminal, unbuffered == b"1", linux.before_each_prompt)
        showing.install(OWN_RESULTS, mark, OWN_OUT, draws == b"1")
        teller.begin(starts == b"1")
        fresh.begin_now()
    except BaseException as error:  # noqa: BLE001 - nothing may run half prepared
        target = OWN_NOTES if os.path.exists(f"/proc/self/fd/{OWN_NOTES}") else ends["notes"]
        os.write(target, b"F" + str(error).encode("utf-8", "backslashreplace")[:1000])
        os._exit(BROKEN)
    note(b"R%d;" % time.monotonic_ns())


def own_pages(rehearsed):
    """`rehearsed`: None in the rehearsal itself, which is to find out."""
    if rehearsed is None:
        return
    if rehearsed.written is None:
        pages.own_all(_OWN_BYTES)
    else:
        pages.own(rehearsed.written)


def arrange_descriptors(ends, hand):
    wanted = {
        HAND: hand.detach(),
        JOB: ends["job"],
        OWN_SOURCES: ends["sources"],
        OWN_RESULTS: ends["results"],
        OWN_NOTES: ends["notes"],
        OWN_OUT: ends["stdout"],
        OWN_ERR: ends["stderr"],
        0: ends["stdin"],
        1: ends["stdout"],
        2: ends["stderr"],
    }
    for place, fd in wanted.items():
        os.dup2(fd, place, inheritable=place < 3)
    os.closerange(3, HAND)
    for fd in (OWN_NOTES, OWN_SOURCES):
        os.set_blocking(fd, False)  # a note may be lost, the program may never be held up by one


def memory_limits(memory):
    """DATA gives the private memory of one process a plain MemoryError; AS leaves room for what is only reserved (thread stacks,
    mapped files); all processes together are watched from outside."""
    return {"AS": memory + (4 << 30), "DATA": memory}


def other_limits(processes):
    return {
        "NPROC": processes,
        "FSIZE": _FILE_BYTES,
        "NOFILE": 1024,
        "SIGPENDING": 1024,
        "CORE": 0,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
    }


def set_limits(most):
    for name, wanted in most.items():
        kind = getattr(resource, "RLIMIT_" + name)
        hard = resource.getrlimit(kind)[1]
        amount = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (amount, amount))


# --- the job ----------------------------------------------------------------------------------------------------------


def receive():
    """The four groups of byte strings; fewer when the message is cut short."""
    parts = []
    while part := os.read(JOB, 1 << 16):
        parts.append(part)
    os.close(JOB)
    whole, at = b"".join(parts), 0

    def number():
        nonlocal at
        at += 4
        return int.from_bytes(whole[at - 4 : at], "little")

    def text():
        nonlocal at
        length = number()
        at += length
        return whole[at - length : at]

    return [[text() for _ in range(number())] for _ in range(number())]


def pairs(flat):
    return zip(flat[::2], flat[1::2])


def write_files(files, placed):
    """With a time that tells them from what the program makes: see results.send_files."""
    for path, content in pairs(files):
        place = b"/project/" + path
        os.makedirs(os.path.dirname(place), exist_ok=True)
        fd = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        streams.write_all(fd, content)
        os.utime(fd, ns=(placed, placed))
        os.close(fd)


def set_environment(environment):
    # The interpreter's own buffering is already what this asks of child processes.
    os.environb[b"PYTHONUNBUFFERED"] = b"1"
    for name, value in pairs(environment):
        os.environb[name] = value


def renew_main():
    """The module that the program's text becomes. The one that is there was frozen with all else (waiting.py), and what is frozen
    is not collected at the end: `__del__` of what the program leaves would not run."""
    old = sys.modules["__main__"]
    new = type(sys)("__main__")
    new.__dict__.clear()
    new.__dict__.update(old.__dict__)
    new.__annotations__ = {}
    sys.modules["__main__"] = new


def give_back_at_exit():
    """For the same reason: what the program put into modules that were loaded before it is let go at the end, after all that it
    asked to be done there. The modules themselves are left as they are: to take libraries apart, object by object, can take
    longer than the program, and they end with the process."""
    frozen = _frozen_modules()
    loaded = [(module.__dict__, len(module.__dict__), set(module.__dict__)) for module in frozen.values()]

    def let_go():
        for names, count, own in loaded:
            if len(names) > count:
                for name in set(names) - own:
                    del names[name]
        linux.keep_for_ever([sys.modules.pop(name, None) for name in frozen])

    atexit.register(let_go)


def _frozen_modules():
    own = (sys, sys.modules["__main__"])
    found = sys.modules.items()
    return {name: module for name, module in found if isinstance(module, type(sys)) and module not in own}


def remove_traces():
    own = os.path.dirname(__file__)
    for name in [name for name in os.environ if name.startswith("OPENROUTER_IDE_")]:
        del os.environ[name]
    if os.environ.get("PYTHONPATH") == own:
        del os.environ["PYTHONPATH"]
    sys.path[:] = [entry for entry in sys.path if entry != own]
    sys.path_importer_cache.pop(own, None)
    if getattr(sys.modules.get("sitecustomize"), "__file__", None) == os.path.join(own, "sitecustomize.py"):
        del sys.modules["sitecustomize"]
