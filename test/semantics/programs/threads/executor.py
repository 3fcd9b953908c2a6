# Work that a pool still has at the end is done.
from concurrent.futures import ThreadPoolExecutor, as_completed
import time

pool = ThreadPoolExecutor(2)
print(list(pool.map(lambda n: n * n, range(5))))
future = pool.submit(lambda: 1 / 0)
print(repr(future.exception()))
for number in range(3):
    pool.submit(lambda n: (time.sleep(0.001), print("late", n), n)[2], number).result()
pool.submit(print, "after the end of the program")
