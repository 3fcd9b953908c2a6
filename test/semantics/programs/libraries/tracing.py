# Tracing, profiling and memory tracing see the program's lines from its start.
import sys
import threading
import tracemalloc

events = []


def tracer(frame, event, argument):
    events.append((event, frame.f_code.co_name, frame.f_lineno))
    return tracer


def traced(n):
    total = 0
    for i in range(n):
        total += i
    return total


sys.settrace(tracer)
traced(2)
sys.settrace(None)
print(events)
calls = []
sys.setprofile(lambda frame, event, argument: calls.append(event))
traced(1)
sys.setprofile(None)
print(calls)
print(tracemalloc.is_tracing())
tracemalloc.start()
kept = bytearray(1_000_000)
snapshot = tracemalloc.take_snapshot()
top = snapshot.statistics("lineno")[0]
print(top.size >= 1_000_000, top.traceback[0].lineno, top.traceback[0].filename)
threading.settrace(None)
