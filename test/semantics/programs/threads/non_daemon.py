# Threads that still run at the end are waited for.
import threading

gate = threading.Event()


def worker(number):
    gate.wait()
    with lock:
        print("thread", number in range(3))


lock = threading.Lock()
for number in range(3):
    threading.Thread(target=worker, args=(number,)).start()
print("main is over")
gate.set()
