# -*- coding: latin-1 -*-
print("ünï", len("ünï"), ascii("ü"))
raise ValueError("é")
