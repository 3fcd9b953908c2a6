"""A run's own terminal: the program holds one side, process 1 passes the other side's bytes on between the server's pipes."""

import _socket
import array
import errno
import fcntl
import os
import select
import struct
import termios

_TIOCSPTLCK, _TIOCGPTPEER = 0x40045431, 0x5441
_CHUNK = 65536


def open_for_program(hand, columns, rows):
    """In the program: its streams become a terminal, and its other side goes to process 1."""
    master = os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    fcntl.ioctl(master, _TIOCSPTLCK, struct.pack("i", 0))
    _set_size(master, columns, rows)
    slave = fcntl.ioctl(master, _TIOCGPTPEER, os.O_RDWR | os.O_NOCTTY)
    hand.sendmsg([b"terminal"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array.array("i", [master]))])
    os.close(master)
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for place in (0, 1, 2):
        os.dup2(slave, place)
    if slave > 2:
        os.close(slave)


def received(helm, ends):
    """In process 1: the screen, or None when the program keeps its pipes."""
    size = array.array("i").itemsize
    word, ancillary, _, _ = helm.recvmsg(64, _socket.CMSG_SPACE(size))
    helm.close()
    if word != b"terminal" or not ancillary:
        return None
    (master,) = array.array("i", ancillary[0][2][:size])
    return Screen(master, ends["stdin"], ends["stdout"])


class Screen:
    """Each side is read only while what was read before is written: both keep their own pace."""

    def __init__(self, master, keys, output):
        self.master, self.keys, self.output = master, keys, output
        self.typed = self.printed = b""
        self.keys_end = False
        for fd in (master, keys, output):
            os.set_blocking(fd, False)

    def resize(self, columns, rows):
        _set_size(self.master, columns, rows)

    def poll(self, poll):
        """As poll.poll(), with what this screen can do now."""
        wanted = {self.master: 0, self.keys: 0, self.output: 0}
        if self.printed:
            wanted[self.output] |= select.POLLOUT
        else:
            wanted[self.master] |= select.POLLIN
        if self.typed:
            wanted[self.master] |= select.POLLOUT
        elif not self.keys_end:
            wanted[self.keys] |= select.POLLIN
        for fd, events in wanted.items():
            poll.register(fd, events)
            if events == 0:
                poll.unregister(fd)  # a broken end would wake us for nothing, again and again
        return poll.poll()

    def pass_on(self, fd, happened):
        if fd == self.keys:
            self.read_keys()
        elif fd == self.output:
            self.write_output()
        else:
            if happened & select.POLLOUT:
                self.typed = self.typed[_write(self.master, self.typed) :]
            if happened & (select.POLLIN | select.POLLHUP):
                self.printed = self.read_master()
                self.write_output()

    def read_keys(self):
        read = os.read(self.keys, _CHUNK)
        if read == b"":
            self.keys_end = True
            read = b"\x04"  # the end of a terminal's input is typed
        self.typed = read
        self.typed = self.typed[_write(self.master, self.typed) :]

    def read_master(self):
        try:
            return os.read(self.master, _CHUNK)
        except OSError as error:
            if error.errno in (errno.EIO, errno.EAGAIN):
                return b""  # EIO: nobody has the other side open at this moment
            raise

    def write_output(self):
        try:
            self.printed = self.printed[_write(self.output, self.printed) :]
        except BrokenPipeError:
            self.printed = b""  # the server reads no more

    def drain(self):
        """Passes on what the terminal still holds, once no process has its other side."""
        os.set_blocking(self.output, True)
        while True:
            self.write_output()
            self.printed = self.read_master()
            if self.printed == b"":
                break
        os.close(self.output)
        os.close(self.keys)


def _write(fd, content):
    try:
        return os.write(fd, content)
    except BlockingIOError:
        return 0


def _set_size(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
