"""Waits for whatever has something to say, and does what was agreed on for it: one descriptor, one action."""

import select


class Loop:
    def __init__(self):
        self.poll = select.poll()
        self.on_ready = {}

    def listen(self, fd, action):
        self.on_ready[fd] = action
        self.poll.register(fd, select.POLLIN)

    def forget(self, fd):
        if self.on_ready.pop(fd, None) is not None:
            self.poll.unregister(fd)

    def wait(self, timeout_ms):
        """The descriptors that are ready; None waits without end."""
        return [fd for fd, _ in self.poll.poll(timeout_ms)]

    def act(self, ready):
        for fd in ready:
            action = self.on_ready.get(fd)
            if action is not None:  # forgotten by an action before it
                action()
