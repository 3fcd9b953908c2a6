# A process has just begun when its first line runs: clocks that count from its start say so.
import logging
import os
import threading
import time

print(time.process_time() < 1, time.thread_time() < 1)
record = logging.makeLogRecord({})
print(record.relativeCreated < 2000, record.process == os.getpid(), record.threadName, record.processName)
print(threading.active_count(), threading.current_thread().name, threading.main_thread() is threading.current_thread())
print(threading.get_native_id() == os.getpid(), threading.main_thread().ident == threading.get_ident())
started = int(open("/proc/self/stat").read().rsplit(")", 1)[1].split()[19]) / os.sysconf("SC_CLK_TCK")
print(time.clock_gettime(time.CLOCK_BOOTTIME) - started < 60)
times = os.times()
print(times.children_user, times.children_system)
try:
    os.waitpid(-1, 0)
except ChildProcessError as error:
    print(error)
print(len(os.listdir("/proc/self/task")))
