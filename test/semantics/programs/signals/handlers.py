# Handlers, alarms, timers, and waiting for signals.
import os
import signal
import time

seen = []
for number in (signal.SIGUSR1, signal.SIGALRM, signal.SIGVTALRM):
    signal.signal(number, lambda number, frame: seen.append((number, frame.f_code.co_name)))
os.kill(os.getpid(), signal.SIGUSR1)
signal.setitimer(signal.ITIMER_REAL, 0.001)
while len(seen) < 2:
    signal.pause()
signal.setitimer(signal.ITIMER_VIRTUAL, 0.001)
while len(seen) < 3:
    sum(range(1000))
print(seen)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
signal.raise_signal(signal.SIGUSR2)
print(signal.sigpending(), signal.sigwait([signal.SIGUSR2]))


def refuse(number, frame):
    raise TimeoutError("from the handler")


signal.signal(signal.SIGALRM, refuse)
signal.alarm(1)
time.sleep(60)
