# A pseudo-terminal of the program's own.
import os
import pty

ours, theirs = pty.openpty()
print(os.isatty(theirs), os.ttyname(theirs).startswith("/dev/pts/"))
os.write(theirs, b"line\n")
print(os.read(ours, 100))
pid, fd = pty.fork()
if pid == 0:
    print(os.isatty(0), os.getsid(0) == os.getpid())
    os._exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), fd)
