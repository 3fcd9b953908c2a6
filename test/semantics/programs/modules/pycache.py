# Compiled files of the program's modules are kept beside them.
import os

import helper

print(sorted(os.listdir("__pycache__")), helper.__cached__)
print(sorted(os.listdir(".")))
