# sys.exit without anything, inside functions and handlers.
import sys


def leave():
    try:
        sys.exit()
    finally:
        print("finally")


try:
    leave()
except Exception:
    print("not an Exception")
