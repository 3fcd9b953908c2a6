"""Process 1 of one run: makes the run's own file systems and network, waits for the program, and hands on what is left of it.

Everything here runs with the program's own rights or fewer once the program exists. `life` leads to the spawner
(runner/run.py):
    to it    here (with the three file systems' roots, and before them the listener unless single-use) · program ·
             end STATUS CPU-US PEAK-KIB AT-NS FULL · failed REASON · owner PROCESSES
    from it  go · size COLUMNS ROWS · owner PORT
"""

import _signal
import _socket
import array
import fcntl
import os
import select
import struct
import time

import linux
import owners
import program
import results
import sources
import terminal

# Where a program may write, and how much; what of the zygote's lies below and is still needed. Both are said by
# server/sandbox/bwrap-arguments.ts.
_ROOM = [line.split("=") for line in os.environ.get("OPENROUTER_IDE_ROOM", "").split("\n") if line]
WRITABLE = [place.encode() for place, _ in _ROOM]
_KEEP = [line.encode() for line in os.environ.get("OPENROUTER_IDE_KEEP", "").split("\n") if line]
# Where the gateway's listener is: with other hosts, which have addresses of their own, on the whole loopback.
_LISTEN = os.environ.get("OPENROUTER_IDE_LISTEN", "127.0.0.1")
_SIOCSIFFLAGS, _UP_AND_RUNNING = 0x8914, 0x41
_LAST_CAPABILITY = linux.last_capability()
# The program's number is the next: not the zygote's, since libraries (OpenSSL) tell by it that they were forked.
_LAST_PID = str(sources.PROGRAM - 1)


def begin(ends, mark, memory, processes, seccomp, is_single_use, rehearsed):
    """Returns in the program's process only. `rehearsed`: None in the rehearsal itself, which is to find out. Single-use:
    bubblewrap has made the run's file systems and dropped every right, and the spawner makes its listener (runner/join.py)."""
    life = _socket.socket(fileno=ends["life"])
    try:
        placed = time.time_ns()
        if not is_single_use:
            own_user_and_files()
        roots = [os.open(place, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC) for place in WRITABLE]
        listeners = [] if is_single_use else [listen().detach()]
        send_with(life, b"here", [*listeners, *roots])
        for listener in listeners:
            os.close(listener)
        enter_group(life)
        for root in roots:
            os.close(root)
        if not is_single_use:
            linux.drop_capabilities(_LAST_CAPABILITY)
        helm, hand = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
        child = os.fork()
    except BaseException as error:  # noqa: BLE001 - nothing may run half prepared
        life.send(b"failed " + str(error).encode("utf-8", "backslashreplace")[:1000])
        os._exit(0)
    if child == 0:
        helm.close()
        program.become(ends, hand, life, mark, memory, processes, placed, seccomp, rehearsed)
        return
    hand.close()
    try:
        linux.hide_from_ptrace()  # which the filter would refuse, as it does to the program
        seccomp.put_in_force()
        attend(child, life, helm, ends, placed)
    except BaseException as error:  # noqa: BLE001 - the run ends with its process 1
        life.send(b"failed " + str(error).encode("utf-8", "backslashreplace")[:1000])
    finally:
        os._exit(0)


# --- what the run has for itself --------------------------------------------------------------------------------------


def own_user_and_files():
    for name, text in (("setgroups", "deny"), ("uid_map", "1000 1000 1"), ("gid_map", "1000 1000 1")):
        write("/proc/self/" + name, text)
    linux.mount(b"proc", b"/proc", linux.NOSUID | linux.NODEV | linux.NOEXEC, None)
    kept = [(place, os.open(place, os.O_PATH | os.O_CLOEXEC)) for place in _KEEP]
    for place, size in _ROOM:
        mode = "755" if place == "/project" else "1777"
        linux.mount(b"tmpfs", place.encode(), linux.NOSUID | linux.NODEV, f"size={size},mode={mode}".encode())
    for place, fd in kept:
        os.makedirs(place, exist_ok=True)
        linux.bind(b"/proc/self/fd/%d" % fd, place)
        os.close(fd)
    linux.mount(b"devpts", b"/dev/pts", linux.NOSUID | linux.NOEXEC, b"newinstance,ptmxmode=0666,mode=620,max=32")
    os.chdir("/project")
    write("/proc/sys/user/max_user_namespaces", "0")
    # Of the 128 that Linux gives a user, so that four runs of one session leave each other some.
    write("/proc/sys/user/max_inotify_instances", "32")
    write("/proc/sys/kernel/ns_last_pid", _LAST_PID)


def listen():
    listener = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    fcntl.ioctl(listener.fileno(), _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _UP_AND_RUNNING))
    listener.bind((_LISTEN, 443))
    return listener


def write(path, text):
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def enter_group(life):
    """Through the doors that come with the word to go on: writing "0" puts the writer into a control group (cgroup_pool.py)."""
    size = array.array("i").itemsize
    word, ancillary, _, _ = life.recvmsg(64, _socket.CMSG_SPACE(8 * size))
    if word != b"go":
        os._exit(0)
    for _, _, content in ancillary:
        for door in array.array("i", content[: len(content) - len(content) % size]):
            os.write(door, b"0")
            os.close(door)


def send_with(life, word, descriptors):
    life.sendmsg([word], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array.array("i", descriptors))])


# --- while the program runs -------------------------------------------------------------------------------------------


def attend(child, life, helm, ends, placed):
    reader, writer = os.pipe()
    for fd in (reader, writer, life.fileno(), helm.fileno()):
        os.set_blocking(fd, False)
    _signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    _signal.signal(_signal.SIGCHLD, lambda *_: None)
    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)
    # Whoever reads the program's output must see its end when the last of its processes has gone.
    for name in ("stderr", "job", "notes", "sources"):
        os.close(ends[name])
    screen = None
    poll = select.poll()
    for fd in (reader, helm.fileno(), life.fileno()):
        poll.register(fd, select.POLLIN)
    account = Account(child)
    while not account.reap():
        for fd, happened in poll.poll() if screen is None else screen.poll(poll):
            if fd == reader:
                os.read(reader, 4096)
            elif fd == helm.fileno():
                poll.unregister(fd)
                screen = terminal.received(helm, ends)
                if screen is None:
                    os.close(ends["stdin"])
                    os.close(ends["stdout"])
            elif fd == life.fileno():
                obey(life, poll, screen)
            elif screen is not None:
                screen.pass_on(fd, happened)
    ended_at = time.monotonic_ns()
    end_others(account)
    if screen is not None:
        screen.drain()
    full = next((place.decode() for place in WRITABLE if is_full(place)), "-")
    results.send_files(ends["results"], placed)
    # The run is over for whoever reads; that this process ends, too, need not be waited for.
    os.close(ends["results"])
    life.setblocking(True)
    life.send(account.report(ended_at, full))


def obey(life, poll, screen):
    packet = life.recv(64)
    if packet == b"":
        poll.unregister(life.fileno())  # the spawner ends: so does everything here
    elif packet.startswith(b"size ") and screen is not None:
        _, columns, rows = packet.split()
        screen.resize(int(columns), int(rows))
    elif packet.startswith(b"owner "):
        try:
            life.send(b"owner " + owners.owner(int(packet.split()[1])).encode())
        except BlockingIOError:
            pass  # the spawner is far behind: then it is not told


class Account:
    """What the program and all that it left to us used."""

    def __init__(self, child):
        self.child = child
        self.status = None
        self.cpu_us = 0
        self.peak_kib = 0

    def reap(self):
        """True once the program has ended."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if pid == 0:
                return self.status is not None
            self.count(pid, status, usage)

    def count(self, pid, status, usage):
        self.cpu_us += round((usage.ru_utime + usage.ru_stime) * 1e6)
        self.peak_kib = max(self.peak_kib, usage.ru_maxrss)
        if pid == self.child:
            self.status = status

    def report(self, ended_at, full):
        return f"end {self.status} {self.cpu_us} {self.peak_kib} {ended_at} {full}".encode()


def end_others(account):
    """Nothing of the program's is left to change what is about to be read."""
    try:
        os.kill(-1, _signal.SIGKILL)
        while True:
            account.count(*os.wait4(-1, 0))
    except (ProcessLookupError, ChildProcessError):
        return


def is_full(place):
    use = os.statvfs(place)
    return use.f_bfree == 0 or use.f_ffree == 0
