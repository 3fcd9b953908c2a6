# Shared memory, values, locks, pipes and managers.
import multiprocessing as mp
from multiprocessing import shared_memory


def work(name, value, connection, table):
    block = shared_memory.SharedMemory(name=name)
    block.buf[:5] = b"child"
    block.close()
    with value.get_lock():
        value.value += 1
    connection.send({"from": "child"})
    table["key"] = [1, 2]


if __name__ == "__main__":
    block = shared_memory.SharedMemory(create=True, size=16)
    value = mp.Value("i", 1)
    ours, theirs = mp.Pipe()
    with mp.Manager() as manager:
        table = manager.dict()
        child = mp.Process(target=work, args=(block.name, value, theirs, table))
        child.start()
        child.join()
        print(bytes(block.buf[:5]), value.value, ours.recv(), dict(table), child.exitcode)
    block.close()
    block.unlink()
    with mp.Pool(2) as pool, mp.Manager() as manager:
        lock, queue = manager.Lock(), manager.Queue()
        queue.put("queued")
        print(queue.get(), lock.acquire(timeout=1))
