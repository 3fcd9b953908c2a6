"""Node's own IPC channel: orders come in as JSON lines, reports go out, a descriptor as Node's NODE_HANDLE message."""

import array
import json
import socket


class Channel:
    def __init__(self, fd):
        self.socket = socket.socket(fileno=fd)
        self.socket.setblocking(True)
        self.incoming = b""

    def fileno(self):
        return self.socket.fileno()

    def orders(self):
        """What has come; None when nobody is there any more."""
        try:
            read = self.socket.recv(65536)
        except OSError:
            read = b""
        if read == b"":
            return None
        self.incoming += read
        *lines, self.incoming = self.incoming.split(b"\n")
        return [json.loads(line) for line in lines]

    def tell(self, report, descriptor=None):
        """False when nobody is there any more."""
        if descriptor is None:
            message, attached = report, []
        else:
            message = {"cmd": "NODE_HANDLE", "type": "net.Native", "msg": report}
            attached = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
        line = json.dumps(message).encode() + b"\n"
        try:
            sent = self.socket.sendmsg([line], attached)
            if sent < len(line):
                self.socket.sendall(line[sent:])
        except OSError:
            return False
        return True
