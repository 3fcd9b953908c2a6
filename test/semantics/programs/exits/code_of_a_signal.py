# An end without Python's own, with the code that shells give to a kill.
import os

os._exit(137)
