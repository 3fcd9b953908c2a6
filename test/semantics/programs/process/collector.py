# The garbage collector runs as it does for every program, and finds the program's own objects.
import gc


class Node:
    pass


print(gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.callbacks, gc.garbage)
node = Node()
node.self = node
print(any(thing is node for thing in gc.get_objects()), gc.is_tracked(node))
print([type(thing).__name__ for thing in gc.get_referrers(node)].count("Node") <= 1)
del node
print(gc.collect() >= 1, sum(isinstance(thing, Node) for thing in gc.get_objects()))
for _ in range(5000):
    node = Node()
    node.self = node
del node
print(sum(isinstance(thing, Node) for thing in gc.get_objects()) < 2000)
