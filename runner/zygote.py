"""One zygote as the host sees it: bwrap with a waiting interpreter inside, which forks when it is asked to, into namespaces of the
run's own; or, single-use, which becomes the one run that its own namespaces are for."""

import os
import signal
import socket
import struct

from join import join, outcome
from launch import close_all, launch

_LAST_WORDS = 4096
_CREDENTIALS = struct.calcsize("iii")


class Zygote:
    def __init__(self, order):
        self.id = order["id"]
        self.uid = order["uid"]
        self.joined_at = order["joinedAt"]  # the address of its listener, or None
        self.is_single_use = self.joined_at is not None
        self.interpreter = 0  # by the host's process number, once it has said something
        self.joiner = None  # who makes its listener, by process number, and where that is told
        self.joined = None
        self.listener = None
        self.control = None
        self.words = None
        self.said = b""
        self.pid = 0
        self.has_ended = False
        self.left = set()  # bwrap's own children that outlived it for an instant
        self.runs = {}

    def start(self, bwrap, order, seccomp, seccomp_path):
        """Raises OSError when there is no room for it."""
        self.pid, self.control, self.words = launch(bwrap, seccomp, self.uid, order["args"], order["command"])
        self.control.setblocking(False)
        self.control.send("\n".join(("begin", seccomp_path, " ".join(order["modules"]))).encode())

    def hear(self):
        """(word, rest), with no word when nothing has come; None when it has ended."""
        try:
            packet, ancillary, _, _ = self.control.recvmsg(65536, socket.CMSG_SPACE(_CREDENTIALS))
        except BlockingIOError:
            return "", ""
        except OSError:
            packet = b""
        if packet == b"":
            return None
        for level, kind, content in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
                self.interpreter = struct.unpack_from("iii", content)[0]
        word, _, rest = packet.decode("utf-8", "replace").replace("\n", " ", 1).partition(" ")
        return word, rest

    def read_words(self):
        """False at their end."""
        try:
            read = os.read(self.words, 4096)
        except BlockingIOError:
            return True
        self.said = (self.said + read)[-_LAST_WORDS:]
        return read != b""

    def begin_joining(self):
        """Single-use: once its interpreter waits, its namespaces are as they will stay. Raises OSError when there is no room."""
        self.joiner, self.joined = join(self.interpreter, self.uid, self.joined_at)

    def take_joined(self):
        """Raises OSError with what went wrong."""
        self.listener = outcome(self.joined)

    def take_listener(self):
        """Of its only run, whose it is from now on. Raises ValueError when there was one before."""
        listener, self.listener = self.listener, None
        if listener is None:
            raise ValueError("there is no listener for it")
        return listener

    def kill(self):
        if not self.has_ended:
            os.kill(self.pid, signal.SIGKILL)  # not reaped yet, so the number is still its own

    def close(self):
        self.control.close()
        if self.joined is not None:
            self.joined.close()
        if self.listener is not None:
            close_all([self.listener])
            self.listener = None
        if self.words is not None:
            self.read_words()
            os.close(self.words)
            self.words = None
