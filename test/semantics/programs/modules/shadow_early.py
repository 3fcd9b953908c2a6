# And one with the name of a module that the interpreter has loaded before: that one stays.
import abc
import os

print(os.getcwd(), hasattr(abc, "ABC"), os.__file__)
import site

print(site.__name__, hasattr(site, "main"))
