# Processes made by fork see the program's state; their exit codes come back.
import multiprocessing as mp
import os
import sys

state = ["parent"]


def work(code):
    print("child", state, mp.current_process().name, mp.parent_process().pid == os.getppid())
    state.append("changed")
    sys.exit(code)


if __name__ == "__main__":
    print(mp.get_start_method(), mp.cpu_count() >= 1, mp.current_process())
    for code in (0, 3):
        child = mp.Process(target=work, args=(code,))
        child.start()
        child.join()
        print(child.exitcode)
    print(state, mp.active_children())
