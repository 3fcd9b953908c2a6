# Waiting, groups, sessions and usage of children.
import os
import resource
import signal
import subprocess

child = subprocess.Popen(["sleep", "600"], start_new_session=True)
print(os.getsid(child.pid) == child.pid, os.getpgid(child.pid) == child.pid)
os.killpg(child.pid, signal.SIGTERM)
print(child.wait())
pid = os.posix_spawn("/bin/true", ["true"], {})
print(os.waitid(os.P_PID, pid, os.WEXITED).si_status)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss > 0)
fd = os.pidfd_open(os.getpid())
os.close(fd)
print(os.WIFSIGNALED(os.spawnv(os.P_WAIT, "/bin/sh", ["sh", "-c", "exit 4"])), os.spawnlp(os.P_WAIT, "true", "true"))
