# A fork's pids, exit codes and output: everything once.
import os

print("once")
pid = os.fork()
if pid == 0:
    print("child", os.getppid() > 0)
    os._exit(5)
waited, status = os.waitpid(pid, 0)
print(waited == pid, os.waitstatus_to_exitcode(status))
pid = os.fork()
if pid == 0:
    raise SystemExit(6)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
pid = os.fork()
if pid == 0:
    os.abort()
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
