# Objects of the program's globals, and those in cycles, are destroyed at its end.
class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("destroyed", self.name)


in_global = Loud("global")
cycle = Loud("cycle")
cycle.itself = cycle
in_list = [Loud("listed")]


def function(kept=Loud("default")):
    return kept


class Holder:
    attribute = Loud("class attribute")


print("end of program")
