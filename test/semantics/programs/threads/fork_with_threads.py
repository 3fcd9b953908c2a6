# Of a process with threads a fork has only the one that forked.
import os
import threading

gate = threading.Event()
thread = threading.Thread(target=gate.wait)
thread.start()
pid = os.fork()
if pid == 0:
    print("child", threading.active_count(), threading.main_thread() is threading.current_thread())
    os._exit(0)
os.waitpid(pid, 0)
print("parent", threading.active_count())
gate.set()
