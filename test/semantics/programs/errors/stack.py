# A stack that is printed begins at the program's first frame.
import sys
import traceback


def inner():
    traceback.print_stack()
    frame = sys._getframe()
    names = []
    while frame:
        names.append((frame.f_code.co_name, frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    print(names)
    print(traceback.format_stack()[0])


inner()
