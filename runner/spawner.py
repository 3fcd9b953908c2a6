"""Starts sandboxes for the server: it does what Node cannot (pipes by number, namespaces, resource use of the dead).

Resident, trusted, host side; run as `python3 -I -S -B spawner.py` on Node's own IPC channel (JSON lines; a descriptor goes
along as Node's NODE_HANDLE message). Nothing of a sandbox ever holds that channel. Orders and reports are those of
server/sandbox/spawner.ts. Single-threaded: the sandboxes' parent-death signal hangs on this thread.
"""

import array
import base64
import json
import os
import select
import signal
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from joiner import begin_join, receive_listener  # noqa: E402
from kernel import find_orphans_here, signal_at_parents_death  # noqa: E402
from launch import Sandbox, close_all, launch  # noqa: E402
from watch import children_of, sample  # noqa: E402

# Memory grows by more than 1 GB/s, so the watcher looks often when much of the limit is used.
WATCH_CALM_S, WATCH_CLOSE_S = 0.1, 0.02


class Spawner:
    def __init__(self, channel):
        self.channel = channel
        self.poll = select.poll()
        self.on_ready = {}
        self.sandboxes = {}
        self.kept = {}
        self.incoming = b""
        self.bwrap = ""
        self.seccomp = b""
        self.directory = None
        self.leaving = False
        self.listen(channel.fileno(), self.read_orders)

    # --- the loop -------------------------------------------------------------------------------------------------

    def run(self, child_pipe):
        self.listen(child_pipe, lambda: (os.read(child_pipe, 4096), self.reap()))
        next_look = 0.0
        while not (self.leaving and not self.sandboxes):
            timeout = None
            if self.sandboxes:
                timeout = max(0.0, next_look - time.monotonic()) * 1000
            for fd, _ in self.poll.poll(timeout):
                action = self.on_ready.get(fd)
                if action is not None:
                    action()
            if self.sandboxes and time.monotonic() >= next_look:
                next_look = time.monotonic() + self.look_at_all()

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
            self.bwrap, self.seccomp = order["bwrap"], base64.b64decode(order["seccomp"])
            self.directory = order["directory"]
        elif what == "start":
            self.start(Sandbox(order), order)
        elif what == "close":
            self.directory = None  # the server removes it itself
            self.leave()
        elif what == "taken":
            close_all(self.kept.pop(order["id"]))
        else:
            sandbox = self.sandboxes.get(order.get("id"))
            if sandbox is None:
                return  # ended in the meantime, or Node's acknowledgement of a handle
            if what == "watch":
                sandbox.runs = True
            elif what == "interrupt":
                self.interrupt(sandbox)
            elif what == "kill":
                self.kill(sandbox)

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
        """The server is gone or going: nothing may outlive it."""
        self.leaving = True
        self.forget(self.channel.fileno())
        for sandbox in list(self.sandboxes.values()):
            self.kill(sandbox)

    # --- a sandbox's life -----------------------------------------------------------------------------------------

    def start(self, sandbox, order):
        try:
            ends = launch(sandbox, self.bwrap, self.seccomp, order["args"], order["command"])
        except OSError as error:
            self.tell({"event": "refused", "id": sandbox.id, "says": f"spawner: {error}"})
            return
        sandbox.info_fd = ends.pop("info")
        if not order["input"]:
            os.close(ends.pop("stdin"))
        self.kept[sandbox.id] = list(ends.values())
        del ends["input reader"]
        os.set_blocking(sandbox.info_fd, False)
        self.listen(sandbox.info_fd, lambda: self.read_info(sandbox))
        self.sandboxes[sandbox.id] = sandbox
        self.tell({"event": "started", "id": sandbox.id, "fds": ends})

    def read_info(self, sandbox):
        try:
            read = os.read(sandbox.info_fd, 4096)
        except BlockingIOError:
            return
        sandbox.info += read
        if b"}" in sandbox.info:
            sandbox.init = json.loads(sandbox.info)["child-pid"]
            self.join(sandbox)
        if read == b"" or sandbox.init is not None:
            self.close_info(sandbox)

    def close_info(self, sandbox):
        if sandbox.info_fd is not None:
            self.forget(sandbox.info_fd)
            os.close(sandbox.info_fd)
            sandbox.info_fd = None

    def join(self, sandbox):
        try:
            sandbox.init_handle = os.pidfd_open(sandbox.init)
            answer = begin_join(sandbox.init)
        except OSError as error:
            self.give_up(sandbox, error)
        else:
            self.listen(answer.fileno(), lambda: self.joined(sandbox, answer))

    def joined(self, sandbox, answer):
        self.forget(answer.fileno())
        listener, trouble = receive_listener(answer)
        if listener is None:
            self.give_up(sandbox, trouble)
        else:
            self.tell({"event": "listener", "id": sandbox.id}, listener)
            os.close(listener)

    def give_up(self, sandbox, trouble):
        self.tell({"event": "failed", "id": sandbox.id, "says": f"joining its network failed: {trouble}"})
        self.kill(sandbox)

    def interrupt(self, sandbox):
        """SIGINT to the program: bwrap's process 1 has it as its first child."""
        program = next(iter(children_of(sandbox.init)), None) if sandbox.runs else None
        if program is None:
            return
        try:
            handle = os.pidfd_open(program)
        except OSError:
            return  # it has just ended
        try:
            if program in children_of(sandbox.init):  # the number had not passed on to another process
                signal.pidfd_send_signal(handle, signal.SIGINT)
        except ProcessLookupError:
            return
        finally:
            os.close(handle)

    def kill(self, sandbox):
        if sandbox.status is None:
            self.look(sandbox)  # what the kernel reaps by itself is in nobody's account: take the figures first
            os.kill(sandbox.pid, signal.SIGKILL)

    def look(self, sandbox):
        if sandbox.runs and not sandbox.init_gone:
            sample(sandbox.init, sandbox.memory_bytes, sandbox.sample)

    def look_at_all(self):
        """Seconds until the next look."""
        wait = WATCH_CALM_S
        for sandbox in list(self.sandboxes.values()):
            self.look(sandbox)
            now = sandbox.sample.now_bytes
            if now > sandbox.memory_bytes:
                sandbox.out_of_memory = True
                self.kill(sandbox)
            elif now > sandbox.memory_bytes // 4:
                wait = WATCH_CLOSE_S
        return wait

    def reap(self):
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for sandbox in list(self.sandboxes.values()):
                if pid == sandbox.pid:
                    self.bwrap_ended(sandbox, status)
                elif pid == sandbox.init:
                    sandbox.init_gone = True
                else:
                    continue
                sandbox.count(usage)
                self.settle(sandbox)
                break

    def bwrap_ended(self, sandbox, status):
        sandbox.status = status
        if sandbox.info_fd is not None:
            self.read_info(sandbox)
        self.close_info(sandbox)
        if sandbox.init is None:
            self.kill_strays()
            sandbox.init_gone = True
        elif not sandbox.init_gone:
            # It dies of its parent-death signal, except in the instant before it asked for one.
            try:
                if sandbox.init_handle is None:
                    raise ProcessLookupError
                signal.pidfd_send_signal(sandbox.init_handle, signal.SIGKILL)
            except ProcessLookupError:
                sandbox.init_gone = True  # it ended first, and bwrap waited for it

    def kill_strays(self):
        """A bwrap that died before it named its process 1 may have left it to us."""
        known = {sandbox.pid for sandbox in self.sandboxes.values()}
        known |= {sandbox.init for sandbox in self.sandboxes.values()}
        for pid in children_of(os.getpid()):
            if pid not in known:
                os.kill(pid, signal.SIGKILL)

    def settle(self, sandbox):
        """The report is due when bwrap and its process 1 are both reaped: then no process of the sandbox is left."""
        if sandbox.status is None or not sandbox.init_gone:
            return
        if sandbox.init_handle is not None:
            os.close(sandbox.init_handle)
        del self.sandboxes[sandbox.id]
        seen = sandbox.sample
        status = sandbox.status
        self.tell(
            {
                "event": "ended",
                "id": sandbox.id,
                "exitCode": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
                "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
                "cpuMs": max(sandbox.cpu_ms, seen.cpu_ms),
                "peakBytes": max(sandbox.peak_bytes, seen.peak_bytes),
                "outOfMemory": sandbox.out_of_memory,
            }
        )


def main():
    channel = socket.socket(fileno=int(os.environ.pop("NODE_CHANNEL_FD")))
    channel.setblocking(True)
    os.set_inheritable(channel.fileno(), False)
    # What Node itself inherited without close-on-exec must not go on into a sandbox.
    os.closerange(3, channel.fileno())
    os.closerange(channel.fileno() + 1, 65536)
    os.setsid()  # the terminal's Ctrl+C is the server's to answer
    find_orphans_here()
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    spawner = Spawner(channel)
    signal.signal(signal.SIGTERM, lambda *_: spawner.leave())
    signal_at_parents_death(signal.SIGTERM)
    spawner.run(reader)
    if spawner.directory is not None:
        import shutil

        shutil.rmtree(spawner.directory, ignore_errors=True)


main()
