"""Does from outside what a single-use sandbox needs a capability for, since nothing inside bubblewrap has any there.

A process of ours joins the namespaces that bubblewrap made. Whoever owns a user namespace has every capability in it
(user_namespaces(7)), so the sandbox's own host user is enough: no right of the host's is used. It joins only, it makes none.
"""

import array
import fcntl
import os
import socket

from kernel import NEW_MOUNTS, NEW_NETWORK, NEW_PIDS, NEW_USERS, become_user, die_with_parent, join_namespace, remount

_NS_GET_USERNS = 0xB701
_NOSUID, _NOEXEC = 2, 8
# As in a nested run (runner/site/init.py): of what Linux gives a user, or the whole machine, one run leaves others some.
_SETTINGS = (("max_user_namespaces", "0"), ("max_inotify_instances", "32"))
_TERMINALS = b"newinstance,ptmxmode=0666,mode=620,max=32"


def join(pid, uid, address):
    """(process number, socket) of a process that joins `pid`'s namespaces and makes the listener at `address`; `outcome` reads the socket. Raises OSError when there
    is no room."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    parent = os.getpid()
    try:
        child = os.fork()
    except OSError:
        ours.close()
        theirs.close()
        raise
    if child == 0:
        ours.close()
        _join(pid, uid, parent, address, theirs)
    theirs.close()
    ours.setblocking(False)
    return child, ours


def outcome(told):
    """The network's listener, on 127.0.0.1:443 of the sandbox. Raises OSError with what went wrong."""
    words, ancillary, _, _ = told.recvmsg(2048, socket.CMSG_SPACE(4))
    for _, _, content in ancillary:
        (listener,) = array.array("i", content[:4])
        os.set_inheritable(listener, False)
        return listener
    raise OSError(words.decode("utf-8", "replace") or "the sandbox's namespaces could not be joined")


def _join(pid, uid, parent, address, told):
    """In the child: never returns."""
    try:
        become_user(uid)
        die_with_parent(parent)  # after the change of user, which would take it back
        kinds = ("net", "mnt", "pid", "user")
        network, mounts, pids, inner = (os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY) for kind in kinds)
        # bubblewrap ends in a user namespace below the one that has all the others.
        outer = fcntl.ioctl(network, _NS_GET_USERNS)
        join_namespace(outer, NEW_USERS)
        join_namespace(network, NEW_NETWORK)
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.bind((address, 443))
        join_namespace(mounts, NEW_MOUNTS)
        remount("/dev/pts", _NOSUID | _NOEXEC, _TERMINALS)
        join_namespace(pids, NEW_PIDS)
        _count_from("9")  # the program's is the next: runner/site/sources.py
        if not os.path.sameopenfile(outer, inner):
            join_namespace(inner, NEW_USERS)
        for name, value in _SETTINGS:
            _write(f"/proc/sys/user/{name}", value)
        told.sendmsg([b"joined"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [listener.fileno()]))])
    except BaseException as error:  # noqa: BLE001 - whatever it is, this process must end here and say so
        told.send(f"joining the sandbox's namespaces: {error}".encode("utf-8", "replace")[:1000])
    finally:
        os._exit(0)


def _count_from(last):
    """The next process there has the number after `last`. Only a process that is in there may say so: a child of ours."""
    child = os.fork()
    if child == 0:
        try:
            _write("/proc/sys/kernel/ns_last_pid", last)
        except OSError as error:
            os._exit(error.errno)
        os._exit(0)
    number = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if number != 0:
        raise OSError(number, os.strerror(number))


def _write(path, text):
    with open(path, "w") as file:
        file.write(text)
