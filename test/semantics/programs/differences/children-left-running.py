# A child that outlives the program, and writes when it sees the program's end.
import subprocess

child = subprocess.Popen(["sh", "-c", "read x; echo late"], stdin=subprocess.PIPE)
print("end of program")
