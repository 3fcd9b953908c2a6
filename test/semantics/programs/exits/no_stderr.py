# Without standard error a traceback goes nowhere, and the code stays.
import os

print("before")
os.close(2)
raise ValueError("unheard")
