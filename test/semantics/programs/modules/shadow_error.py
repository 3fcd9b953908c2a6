# What a shadowing file lacks is the program's own error, told with its traceback.
import logging

import random

print("first", logging.INFO)
random.randint(1, 2)
