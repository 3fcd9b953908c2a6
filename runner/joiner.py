"""Opens 127.0.0.1:443 inside a sandbox's network without adding anything to the sandbox.

A short-lived child joins the user namespace that owns the sandbox's network, then the network, binds, and hands the
socket back. Whoever made a user namespace has every capability in it, so no privilege is needed (reference/sandbox.md,
3.2).
"""

import fcntl
import os
import socket

from kernel import enter_namespace

PORT = 443
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_NS_GET_USERNS = 0xB701
_IP_FREEBIND = 15  # bwrap may not have given the loopback its address yet


def begin_join(pid):
    """Returns a socket that becomes readable when the answer is there: see `receive_listener`."""
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        try:
            listener = _bind_inside(pid)
            socket.send_fds(theirs, [b"."], [listener.fileno()])
        except BaseException as error:  # noqa: BLE001 - the answer must be sent and this process must end
            theirs.send(str(error).encode("utf-8", "replace"))
        finally:
            os._exit(0)
    theirs.close()
    return ours


def receive_listener(answer):
    """(descriptor, None) or (None, what went wrong); closes the answer's socket."""
    with answer:
        said, descriptors, _, _ = socket.recv_fds(answer, 1024, 1)
    if descriptors:
        os.set_inheritable(descriptors[0], False)
        return descriptors[0], None
    return None, said.decode("utf-8", "replace") or "no answer"


def _bind_inside(pid):
    network = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    owner = fcntl.ioctl(network, _NS_GET_USERNS)
    enter_namespace(owner, _CLONE_NEWUSER)
    enter_namespace(network, _CLONE_NEWNET)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.IPPROTO_IP, _IP_FREEBIND, 1)
    listener.bind(("127.0.0.1", PORT))
    return listener
