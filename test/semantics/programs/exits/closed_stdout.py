# A program that closed its standard output is told so, by code and by message.
import os

print("before")
os.close(1)
print("after")
