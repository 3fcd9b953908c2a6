# Writing into a closed pipe is an error to handle; with the default handler it is the end.
import os
import signal

reader, writer = os.pipe()
os.close(reader)
try:
    os.write(writer, b"x")
except BrokenPipeError as error:
    print(error)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
os.write(writer, b"x")
