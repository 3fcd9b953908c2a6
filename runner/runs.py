"""The lives of all runs: forked, begun, watched, ended, and their control groups handed on to the next."""

import errno
import os
import signal
import time

from run import Run

# Memory grows by more than 1 GB/s, so the watcher looks often when much of the limit is used.
WATCH_CALM_S, WATCH_CLOSE_S = 0.1, 0.02


class Runs:
    """By number, as Node names them; `most` at once."""

    def __init__(self, loop, tell, most):
        self.loop, self.tell, self.most = loop, tell, most
        self.all = {}
        self.untaken = {}  # runs that ended before Node had opened their pipes
        self.groups = None
        self.returning = []  # groups whose last process the kernel still takes apart
        self.watched = []
        self.next_look = 0.0

    # --- orders ---------------------------------------------------------------------------------------------------

    def fork(self, order, zygote):
        """`zygote`: None when it is gone."""
        if zygote is None:
            self.tell({"event": "refused", "id": order["id"], "says": "the sandbox ended before it was ready"})
            return
        run = Run(order, zygote)
        try:
            if len(self.all) >= self.most:
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
        self.all[run.id] = zygote.runs[run.id] = run
        self.loop.listen(run.life.fileno(), lambda: self.hear(run))
        self.tell({"event": "started", "id": run.id, "fds": ends})

    def taken(self, number):
        run = self.all.get(number) or self.untaken.pop(number, None)
        if run is not None:
            run.taken()

    def obey(self, what, order):
        run = self.all.get(order.get("id"))
        if run is None:
            return  # it ended in the meantime, or it is Node's acknowledgement of a handle
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

    # --- beginnings and ends --------------------------------------------------------------------------------------

    def hear(self, run):
        heard = run.hear()
        if heard is None:
            self.loop.forget(run.life.fileno())
            if run.init_handle is None:
                self.settle(run)
            return
        word, rest, sender, descriptors = heard
        if word == "here":
            self.is_here(run, sender, descriptors)
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

    def is_here(self, run, sender, descriptors):
        try:
            listener = run.take_here(sender, descriptors)
        except (OSError, ValueError) as error:
            self.give_up(run, str(error))
            self.settle(run)
            return
        self.loop.listen(run.init_handle, lambda: self.settle(run))
        if run.zygote.has_ended:
            run.outlive_nobody()
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
        self.loop.forget(run.life.fileno())
        if run.init_handle is not None:
            self.loop.forget(run.init_handle)
        self.all.pop(run.id, None)
        run.zygote.runs.pop(run.id, None)
        self.tell_end(run)
        self.let_go(run)
        run.close()
        if run.kept:
            self.untaken[run.id] = run

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

    def refused(self, number, reason):
        """By its zygote."""
        run = self.all.pop(number, None)
        if run is not None:
            self.give_up(run, reason)
            self.settle(run)

    def settle_unbegun(self, zygote):
        """It has ended, and nothing was begun for those of its runs that nobody has heard of yet."""
        for run in list(zygote.runs.values()):
            if run.init_handle is None:
                self.settle(run)
            else:
                run.outlive_nobody()

    # --- looking --------------------------------------------------------------------------------------------------

    def milliseconds_to_look(self):
        """None when there is nothing to look at."""
        self.watched = [run for run in self.all.values() if run.runs]
        if not self.watched and not self.returning:
            return None
        return max(0.0, self.next_look - time.monotonic()) * 1000

    def look_when_due(self):
        if time.monotonic() >= self.next_look:
            self.next_look = time.monotonic() + self.look_at(self.watched)
            self.returning = [group for group in self.returning if not self.give_back(group)]

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
            if run.id not in self.all:
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
