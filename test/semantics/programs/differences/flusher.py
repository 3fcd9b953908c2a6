# What is printed in bulk waits a few milliseconds for more.
import select
import sys

for number in range(100):
    print(number)
for _ in range(300_000):
    if not sys.stdout.write_through:
        break
    select.select([], [], [], 0)  # lets the thread have the interpreter
print(sys.stdout.write_through)
