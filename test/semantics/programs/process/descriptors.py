# Standard streams are pipes, and the first file that is opened is number 3.
import os
import stat

for fd in (0, 1, 2):
    mode = os.fstat(fd).st_mode
    print(fd, stat.S_ISFIFO(mode), os.isatty(fd), os.get_inheritable(fd), os.get_blocking(fd))
print(os.open("/dev/null", os.O_RDONLY), os.pipe(), os.dup(1))
try:
    os.get_terminal_size()
except OSError as error:
    print(error)
