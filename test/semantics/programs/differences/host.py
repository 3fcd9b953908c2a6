# What it is told of the machine and its users.
import os
import pwd
import socket

print(socket.gethostname(), os.getuid(), len(pwd.getpwall()), [name for _, name in socket.if_nameindex()])
