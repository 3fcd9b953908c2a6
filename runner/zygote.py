"""One zygote as the host sees it: bwrap with a waiting interpreter inside, which forks when it is asked to."""

import os
import signal

from launch import launch

_LAST_WORDS = 4096


class Zygote:
    def __init__(self, order):
        self.id = order["id"]
        self.uid = order["uid"]
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
            packet = self.control.recv(65536)
        except BlockingIOError:
            return "", ""
        except OSError:
            packet = b""
        if packet == b"":
            return None
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

    def kill(self):
        if not self.has_ended:
            os.kill(self.pid, signal.SIGKILL)  # not reaped yet, so the number is still its own

    def close(self):
        self.control.close()
        if self.words is not None:
            self.read_words()
            os.close(self.words)
            self.words = None
