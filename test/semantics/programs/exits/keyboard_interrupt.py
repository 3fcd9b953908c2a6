# An unhandled KeyboardInterrupt is shown, and ends the program by SIGINT.
import atexit

atexit.register(print, "atexit ran")
try:
    raise KeyboardInterrupt
finally:
    print("finally")
