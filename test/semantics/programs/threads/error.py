# An error in a thread is told with the thread's name, and the program goes on.
import threading


def worker():
    raise ValueError("in thread")


thread = threading.Thread(target=worker, name="worker-7")
thread.start()
thread.join()
print("goes on", threading.active_count())
hooked = []
threading.excepthook = lambda found: hooked.append((found.exc_type.__name__, found.thread.name))
thread = threading.Thread(target=worker)
thread.start()
thread.join()
print(hooked)
