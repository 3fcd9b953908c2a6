"""Starts sandboxes for the server: it does what Node cannot (pipes by number, namespaces, resource use of the dead).

Resident, trusted, host side; run as `python3 -I -S -B spawner.py SERVER DIRECTORY` on Node's own IPC channel (JSON lines; a
descriptor goes along as Node's NODE_HANDLE message). The server's process number and the directory to remove should it die are known
from the first moment: its first order may never be read. Nothing of a sandbox ever holds that channel. Orders and reports are those of
server/sandbox/spawner.ts. Single-threaded: the sandboxes' parent-death signal hangs on this thread.
"""

import array
import base64
import errno
import json
import os
import resource
import select
import signal
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cgroups import open_groups  # noqa: E402
from kernel import find_orphans_here, signal_at_parents_death  # noqa: E402
from run import Run  # noqa: E402
from watch import children_of  # noqa: E402
from zygote import Zygote  # noqa: E402

# What a run holds here, what a zygote that is for one run holds, and what is held besides: past that they are refused before
# anything is begun for them.
RUN_DESCRIPTORS, SINGLE_USE_DESCRIPTORS, OTHER_DESCRIPTORS = 17, 4, 128
# Memory grows by more than 1 GB/s, so the watcher looks often when much of the limit is used.
WATCH_CALM_S, WATCH_CLOSE_S = 0.1, 0.02


class Spawner:
    def __init__(self, channel, server_pid, directory):
        self.channel = channel
        self.server_pid = server_pid
        self.poll = select.poll()
        self.on_ready = {}
        self.zygotes = {}
        self.runs = {}
        self.untaken = {}  # runs that ended before Node had opened their pipes
        descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - OTHER_DESCRIPTORS
        self.most_runs = descriptors // RUN_DESCRIPTORS
        self.most_single_use = descriptors // (RUN_DESCRIPTORS + SINGLE_USE_DESCRIPTORS)
        self.incoming = b""
        self.groups = None
        self.returning = []  # groups whose last process the kernel still takes apart
        self.bwrap = self.seccomp_path = ""
        self.seccomp = b""
        self.directory = directory  # to be removed at the end, unless the server does it
        self.leaving = False
        self.is_asked_to_leave = False  # by a signal, in the middle of whatever
        self.next_look = 0.0
        self.listen(channel.fileno(), self.read_orders)

    # --- the loop -------------------------------------------------------------------------------------------------

    def loop(self, child_pipe):
        self.listen(child_pipe, lambda: (os.read(child_pipe, 4096), self.reap()))
        while not (self.leaving and not self.zygotes and not self.runs):
            watched = [run for run in self.runs.values() if run.runs]
            looks = watched or self.returning
            timeout = max(0.0, self.next_look - time.monotonic()) * 1000 if looks else None
            ready = self.poll.poll(timeout)
            if self.is_asked_to_leave and not self.leaving:
                self.leave()
            for fd, _ in ready:
                action = self.on_ready.get(fd)
                if action is not None:
                    action()
            if looks and time.monotonic() >= self.next_look:
                self.next_look = time.monotonic() + self.look_at(watched)
                self.returning = [group for group in self.returning if not self.give_back(group)]

    def listen(self, fd, action):
        self.on_ready[fd] = action
        self.poll.register(fd, select.POLLIN)

    def forget(self, fd):
        if self.on_ready.pop(fd, None) is not None:
            self.poll.unregister(fd)

    # --- Node's channel -------------------------------------------------------------------------------------------

    def read_orders(self):
        try:
            read = self.channel.recv(65536)
        except OSError:
            read = b""
        if read == b"":
            self.leave()
            return
        self.incoming += read
        *lines, self.incoming = self.incoming.split(b"\n")
        for line in lines:
            self.obey(json.loads(line))

    def obey(self, order):
        what = order.get("do")
        if what == "setup":
            self.bwrap, self.seccomp = order["bwrap"], base64.b64decode(order["zygoteSeccomp"])
            self.seccomp_path = order["seccompPath"]
            compile_modules(order["site"])
            self.open_groups()
        elif what == "zygote":
            self.start(Zygote(order), order)
        elif what == "drop":
            zygote = self.zygotes.get(order["id"])
            if zygote is not None:
                zygote.kill()
        elif what == "fork":
            self.fork(order)
        elif what == "taken":
            run = self.runs.get(order["id"]) or self.untaken.pop(order["id"], None)
            if run is not None:
                run.taken()
        elif what == "close":
            self.directory = None  # the server removes it itself
            self.leave()
        else:
            run = self.runs.get(order.get("id"))
            if run is not None:  # else it ended in the meantime, or it is Node's acknowledgement of a handle
                self.obey_for(run, what, order)

    def open_groups(self):
        self.groups = open_groups(self.server_pid, "openrouter-ide")
        troubles = self.groups.remove_leftovers()
        self.tell({"event": "limits", "id": 0, "kind": self.groups.kind, "says": " ".join([self.groups.says, *troubles])})

    def obey_for(self, run, what, order):
        if what == "watch":
            run.runs = True
            self.next_look = min(self.next_look, time.monotonic() + WATCH_CALM_S)
        elif what == "interrupt":
            run.signal_program(signal.SIGINT)
        elif what == "resize":
            run.say(f"size {order['columns']} {order['rows']}")
        elif what == "owner":
            run.say(f"owner {int(order['port'])}")
        elif what == "kill":
            self.kill(run)

    def tell(self, report, descriptor=None):
        if descriptor is None:
            message, attached = report, []
        else:
            message = {"cmd": "NODE_HANDLE", "type": "net.Native", "msg": report}
            attached = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
        line = json.dumps(message).encode() + b"\n"
        try:
            sent = self.channel.sendmsg([line], attached)
            if sent < len(line):
                self.channel.sendall(line[sent:])
        except OSError:
            self.leave()  # nobody is there any more

    def leave(self):
        """The server is gone or going: nothing may outlive it, and nothing more is begun."""
        self.leaving = True
        self.forget(self.channel.fileno())
        for zygote in self.zygotes.values():
            zygote.kill()

    # --- zygotes --------------------------------------------------------------------------------------------------

    def start(self, zygote, order):
        if self.leaving:
            return
        try:
            if zygote.is_single_use and len(self.zygotes) >= self.most_single_use:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            zygote.start(self.bwrap, order, self.seccomp, self.seccomp_path)
        except OSError as error:
            self.tell({"event": "zygote-ended", "id": zygote.id, "says": f"spawner: {error}"})
            return
        self.zygotes[zygote.id] = zygote
        self.listen(zygote.control.fileno(), lambda: self.hear_zygote(zygote))
        self.listen(zygote.words, lambda: zygote.read_words() or self.forget(zygote.words))

    def hear_zygote(self, zygote):
        """False when there is nothing more."""
        heard = zygote.hear()
        if heard is None:
            self.forget(zygote.control.fileno())
            return False
        word, rest = heard
        if word == "":
            return False
        if word == "ready":
            loaded, variables, resident = rest.split("\n")
            report = {
                "event": "zygote-ready",
                "id": zygote.id,
                "loaded": loaded.split(),
                "variables": variables.split(),
                "residentBytes": int(resident),
            }
            if zygote.is_single_use:
                self.join(zygote, report)
            else:
                self.tell(report)
        elif word == "unsafe":
            name, _, reason = rest.partition(" ")
            self.tell({"event": "zygote-unsafe", "id": zygote.id, "module": name, "reason": reason})
        elif word == "refused":
            number, _, reason = rest.partition(" ")
            run = self.runs.pop(int(number), None)
            if run is not None:
                self.give_up(run, reason)
                self.settle(run)
        return True

    def join(self, zygote, report):
        """It is ready when what it can't make for itself has been made for it."""

        def joined():
            try:
                zygote.take_joined()
            except BlockingIOError:
                return  # the event was of a descriptor that had this number before
            except OSError as error:
                self.fail(zygote, error)
            else:
                self.tell(report)
            self.forget(zygote.joined.fileno())

        try:
            zygote.begin_joining()
        except OSError as error:
            self.fail(zygote, error)
            return
        self.listen(zygote.joined.fileno(), joined)

    def fail(self, zygote, error):
        zygote.said += f"\nspawner: {error}".encode()
        zygote.kill()

    def reap(self):
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self.reaped(pid)

    def reaped(self, pid):
        for zygote in list(self.zygotes.values()):
            if pid == zygote.pid:
                # Its process 1 inside is ours now, and dies of its parent-death signal, except in the instant before it asked for one.
                zygote.left = self.strays()
                zygote.has_ended = True
            elif pid in zygote.left:
                zygote.left.discard(pid)
            elif pid == zygote.joiner:
                zygote.joiner = None
                continue
            else:
                continue
            if zygote.has_ended and not zygote.left:
                self.zygote_ended(zygote)

    def strays(self):
        """Our children that are no bwrap of ours and nobody's yet; they are killed."""
        known = {pid for zygote in self.zygotes.values() for pid in (zygote.pid, zygote.joiner)}
        for zygote in self.zygotes.values():
            known |= zygote.left
        found = set(children_of(os.getpid())) - known
        for pid in found:
            os.kill(pid, signal.SIGKILL)
        return found

    def zygote_ended(self, zygote):
        """Nothing of it is left but runs whose end is about to be seen, and its own last word."""
        while self.hear_zygote(zygote):
            pass
        del self.zygotes[zygote.id]
        self.forget(zygote.control.fileno())
        if zygote.words is not None:
            self.forget(zygote.words)
        if zygote.joined is not None:
            self.forget(zygote.joined.fileno())
        zygote.close()
        for run in list(zygote.runs.values()):
            if run.init_handle is None:  # nothing was begun for it
                self.settle(run)

        self.tell({"event": "zygote-ended", "id": zygote.id, "says": zygote.said.decode("utf-8", "replace")})

    # --- runs -----------------------------------------------------------------------------------------------------

    def fork(self, order):
        zygote = self.zygotes.get(order["zygote"])
        if zygote is None:
            self.tell({"event": "refused", "id": order["id"], "says": "the sandbox ended before it was ready"})
            return
        run = Run(order, zygote)
        try:
            if len(self.runs) >= self.most_runs:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            if self.groups.kind != "none":
                run.group = self.groups.take(run.memory_bytes, run.processes, 100)
            ends = run.ask(order["mark"])
        except OSError as error:
            if run.life is not None:
                run.life.close()
            self.let_go(run)
            ended = isinstance(error, BrokenPipeError)  # the zygote, at this moment
            says = "the sandbox ended before it was ready" if ended else f"spawner: {error}"
            self.tell({"event": "refused", "id": run.id, "says": says})
            return
        self.runs[run.id] = zygote.runs[run.id] = run
        self.listen(run.life.fileno(), lambda: self.hear_run(run))
        self.tell({"event": "started", "id": run.id, "fds": ends})

    def hear_run(self, run):
        heard = run.hear()

        if heard is None:
            self.forget(run.life.fileno())
            if run.init_handle is None:
                self.settle(run)
            return
        word, rest, sender, descriptors = heard
        if word == "here":
            self.run_is_here(run, sender, descriptors)
        elif word == "program":
            try:
                run.take_program(sender)
            except OSError as error:
                self.give_up(run, str(error))
        elif word == "owner":
            self.tell({"event": "owner", "id": run.id, "says": rest})
        elif word == "end":
            run.end = rest
            self.tell_end(run)
        elif word == "failed":
            self.give_up(run, rest)

    def run_is_here(self, run, sender, descriptors):
        try:
            listener = run.take_here(sender, descriptors)
        except (OSError, ValueError) as error:
            self.give_up(run, str(error))
            self.settle(run)
            return
        self.listen(run.init_handle, lambda: self.settle(run))
        try:
            run.let_begin()
        except OSError as error:
            self.give_up(run, str(error))
            return
        self.tell({"event": "listener", "id": run.id}, listener)
        os.close(listener)

    def give_up(self, run, trouble):
        self.tell({"event": "failed", "id": run.id, "says": f"the run could not be made ready: {trouble}"})
        run.kill()

    def kill(self, run):
        self.look(run)  # what the kernel reaps by itself is in nobody's account: take the figures first
        run.kill()

    def let_go(self, run):
        """Its group, for the next run."""
        group, run.group = run.group, None
        if group is None:
            return
        if not self.is_given_back(group):
            self.returning.append(group)
            self.next_look = min(self.next_look, time.monotonic() + WATCH_CLOSE_S)

    def give_back(self, group):
        """Once more: something was still in it, or could not be read."""
        try:
            group.kill()
        except OSError:
            return False
        return self.is_given_back(group)

    def is_given_back(self, group):
        try:
            return group.give_back()
        except OSError:
            return False  # no descriptor for reading it: at the next look

    def tell_end(self, run):
        """When every process of the program has ended; its process 1 may be about to."""
        if not run.is_told:
            run.is_told = True
            self.tell(run.report())

    def settle(self, run):
        """Its process 1 has ended, and with it every process of the run."""
        while run.end is None and (heard := run.hear()) is not None and heard[0] != "":
            if heard[0] == "end":
                run.end = heard[1]
        self.forget(run.life.fileno())
        if run.init_handle is not None:
            self.forget(run.init_handle)
        self.runs.pop(run.id, None)
        run.zygote.runs.pop(run.id, None)
        self.tell_end(run)
        self.let_go(run)
        run.close()
        if run.kept:
            self.untaken[run.id] = run

    def look(self, run):
        if not run.runs:
            return
        try:
            run.look()
        except OSError:
            return  # no descriptor for looking: the next look may have one

    def look_at(self, runs):
        """Seconds until the next look."""
        wait = WATCH_CALM_S
        for run in runs:
            if run.id not in self.runs:
                continue
            self.look(run)
            seen = run.sample
            if seen.now_bytes > run.memory_bytes or seen.ran_out:
                run.out_of_memory = True
                self.kill(run)
            elif seen.now_bytes > run.memory_bytes // 4:
                wait = WATCH_CLOSE_S
            self.tell_use(run)
        return wait

    def tell_use(self, run):
        """When it changed by what can be seen, and not more often than the calm look."""
        seen, now = run.sample, time.monotonic()
        use = (seen.now_bytes >> 20, round(seen.cpu_ms, -2), seen.processes, seen.disk_bytes >> 16)
        if use == run.told or now < run.told_at + WATCH_CALM_S:
            return
        run.told, run.told_at = use, now
        self.tell(
            {
                "event": "use",
                "id": run.id,
                "memoryBytes": seen.now_bytes,
                "cpuMs": seen.cpu_ms,
                "processes": seen.processes,
                "diskBytes": seen.disk_bytes,
            }
        )


def compile_modules(site):
    """Every zygote reads these; those of another Python's compile them for themselves."""
    import py_compile

    try:
        for name in os.listdir(site):
            if name.endswith(".py"):
                py_compile.compile(os.path.join(site, name), dfile="/run/site/" + name, doraise=True)
    except OSError:
        return  # no room: then they are compiled each time


def take_all_descriptors():
    """Each run needs two dozen for a moment, and a dozen while it lives."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main():
    take_all_descriptors()
    channel = socket.socket(fileno=int(os.environ.pop("NODE_CHANNEL_FD")))
    channel.setblocking(True)
    os.set_inheritable(channel.fileno(), False)
    # What Node itself inherited without close-on-exec must not go on into a sandbox.
    os.closerange(3, channel.fileno())
    os.closerange(channel.fileno() + 1, 65536)
    os.umask(0o022)  # what it makes is for the sandboxes to read
    os.setsid()  # the terminal's Ctrl+C is the server's to answer
    find_orphans_here()
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    spawner = Spawner(channel, int(sys.argv[1]), sys.argv[2])
    signal.signal(signal.SIGTERM, lambda *_: setattr(spawner, "is_asked_to_leave", True))
    signal_at_parents_death(signal.SIGTERM)
    spawner.loop(reader)
    if spawner.groups is not None:
        spawner.groups.close()
    if spawner.directory is not None:
        import shutil

        shutil.rmtree(spawner.directory, ignore_errors=True)


main()
