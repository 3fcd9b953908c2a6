"""The lives of all zygotes: started, joined when they are single-use, listened to, and waited for to the last of their processes."""

import errno
import os
import signal

from watch import every_child_of
from zygote import Zygote


class Zygotes:
    """By number, as Node names them; `most_single_use` of those that are for one run may live at once."""

    def __init__(self, loop, tell, runs, most_single_use):
        self.loop, self.tell, self.runs = loop, tell, runs
        self.most_single_use = most_single_use
        self.all = {}
        self.bwrap = self.seccomp_path = ""
        self.seccomp = b""

    def set_up(self, bwrap, seccomp, seccomp_path):
        self.bwrap, self.seccomp, self.seccomp_path = bwrap, seccomp, seccomp_path

    def drop(self, number):
        if number in self.all:
            self.all[number].kill()

    def drop_all(self):
        for zygote in self.all.values():
            zygote.kill()

    def start(self, order):
        zygote = Zygote(order)
        try:
            if zygote.is_single_use and len(self.all) >= self.most_single_use:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            zygote.start(self.bwrap, order, self.seccomp, self.seccomp_path)
        except OSError as error:
            self.tell({"event": "zygote-ended", "id": zygote.id, "says": f"spawner: {error}"})
            return
        self.all[zygote.id] = zygote
        self.loop.listen(zygote.control.fileno(), lambda: self.hear(zygote))
        self.loop.listen(zygote.words, lambda: zygote.read_words() or self.loop.forget(zygote.words))

    def hear(self, zygote):
        """False when there is nothing more."""
        heard = zygote.hear()
        if heard is None:
            self.loop.forget(zygote.control.fileno())
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
            self.runs.refused(int(number), reason)
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
            self.loop.forget(zygote.joined.fileno())

        try:
            zygote.begin_joining()
        except OSError as error:
            self.fail(zygote, error)
            return
        self.loop.listen(zygote.joined.fileno(), joined)

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
        for zygote in list(self.all.values()):
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
                self.ended(zygote)

    def strays(self):
        """Our children that are no bwrap of ours and nobody's yet; they are killed."""
        known = {pid for zygote in self.all.values() for pid in (zygote.pid, zygote.joiner)}
        for zygote in self.all.values():
            known |= zygote.left
        found = set(every_child_of(os.getpid())) - known
        for pid in found:
            os.kill(pid, signal.SIGKILL)
        return found

    def ended(self, zygote):
        """Nothing of it is left but runs whose end is about to be seen, and its own last word."""
        while self.hear(zygote):
            pass
        del self.all[zygote.id]
        self.loop.forget(zygote.control.fileno())
        if zygote.words is not None:
            self.loop.forget(zygote.words)
        if zygote.joined is not None:
            self.loop.forget(zygote.joined.fileno())
        zygote.close()
        self.runs.settle_unbegun(zygote)
        self.tell({"event": "zygote-ended", "id": zygote.id, "says": zygote.said.decode("utf-8", "replace")})
