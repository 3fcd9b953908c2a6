# Locals of threads, timers, barriers and names of threads.
import threading

local = threading.local()
local.value = "main"
barrier = threading.Barrier(3)
seen = []


def worker():
    barrier.wait()
    seen.append((threading.current_thread().name, hasattr(local, "value")))


threads = [threading.Thread(target=worker) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(seen), local.value)
timer = threading.Timer(0.001, print, ("timer",))
timer.start()
timer.join()
print(threading.stack_size(), threading.enumerate() == [threading.main_thread()])
