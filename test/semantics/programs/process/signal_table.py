# Every signal has the handler and the mask of a fresh interpreter.
import signal

for number in sorted(signal.valid_signals()):
    print(int(number), signal.getsignal(number))
print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.sigpending())
print([signal.getitimer(kind) for kind in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)])
print(signal.set_wakeup_fd(-1), signal.alarm(0))
