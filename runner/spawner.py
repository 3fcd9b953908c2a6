"""Starts sandboxes for the server: it does what Node cannot (pipes by number, namespaces, resource use of the dead).

Resident, trusted, host side; run as `python3 -I -S -B spawner.py SERVER DIRECTORY` on Node's own IPC channel (channel.py). The
server's process number and the directory to remove should it die are known from the first moment: its first order may never be
read. Nothing of a sandbox ever holds that channel. Orders and reports are those of server/sandbox/spawner.ts; what they are about
lives in zygotes.py and runs.py. Single-threaded: the sandboxes' parent-death signal hangs on this thread.
"""

import base64
import os
import resource
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cgroups import open_groups  # noqa: E402
from channel import Channel  # noqa: E402
from kernel import find_orphans_here, signal_at_parents_death  # noqa: E402
from loop import Loop  # noqa: E402
from runs import Runs  # noqa: E402
from zygotes import Zygotes  # noqa: E402

# What a run holds here, what a zygote that is for one run holds, and what is held besides: past that they are refused before
# anything is begun for them.
RUN_DESCRIPTORS, SINGLE_USE_DESCRIPTORS, OTHER_DESCRIPTORS = 17, 4, 128


class Spawner:
    def __init__(self, channel, server_pid, directory):
        self.channel = channel
        self.server_pid = server_pid
        self.directory = directory  # to be removed at the end, unless the server does it
        self.leaving = False
        self.is_asked_to_leave = False  # by a signal, in the middle of whatever
        descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - OTHER_DESCRIPTORS
        self.loop = Loop()
        self.runs = Runs(self.loop, self.tell, descriptors // RUN_DESCRIPTORS)
        most_single_use = descriptors // (RUN_DESCRIPTORS + SINGLE_USE_DESCRIPTORS)
        self.zygotes = Zygotes(self.loop, self.tell, self.runs, most_single_use)
        self.loop.listen(channel.fileno(), self.read_orders)

    def work(self, child_pipe):
        self.loop.listen(child_pipe, lambda: (os.read(child_pipe, 4096), self.zygotes.reap()))
        while not (self.leaving and not self.zygotes.all and not self.runs.all):
            timeout = self.runs.milliseconds_to_look()
            ready = self.loop.wait(timeout)
            if self.is_asked_to_leave and not self.leaving:
                self.leave()
            self.loop.act(ready)
            if timeout is not None:
                self.runs.look_when_due()

    def read_orders(self):
        orders = self.channel.orders()
        if orders is None:
            self.leave()
            return
        for order in orders:
            self.obey(order)

    def obey(self, order):
        what = order.get("do")
        if what == "setup":
            self.zygotes.set_up(order["bwrap"], base64.b64decode(order["zygoteSeccomp"]), order["seccompPath"])
            compile_modules(order["site"])
            self.open_groups()
        elif what == "zygote":
            if not self.leaving:
                self.zygotes.start(order)
        elif what == "drop":
            self.zygotes.drop(order["id"])
        elif what == "fork":
            self.runs.fork(order, self.zygotes.all.get(order["zygote"]))
        elif what == "taken":
            self.runs.taken(order["id"])
        elif what == "close":
            self.directory = None  # the server removes it itself
            self.leave()
        else:
            self.runs.obey(what, order)

    def open_groups(self):
        groups = self.runs.groups = open_groups(self.server_pid, "openrouter-ide")
        troubles = groups.remove_leftovers()
        self.tell({"event": "limits", "id": 0, "kind": groups.kind, "says": " ".join([groups.says, *troubles])})

    def tell(self, report, descriptor=None):
        if not self.channel.tell(report, descriptor):
            self.leave()

    def leave(self):
        """The server is gone or going: nothing may outlive it, and nothing more is begun."""
        self.leaving = True
        self.loop.forget(self.channel.fileno())
        self.zygotes.drop_all()


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
    channel = Channel(int(os.environ.pop("NODE_CHANNEL_FD")))
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
    spawner.work(reader)
    if spawner.runs.groups is not None:
        spawner.runs.groups.close()
    if spawner.directory is not None:
        import shutil

        shutil.rmtree(spawner.directory, ignore_errors=True)


main()
