# A fork server, with its helper that tracks resources.
import multiprocessing as mp


def work(number):
    return number * number, __name__


if __name__ == "__main__":
    with mp.get_context("forkserver").Pool(2) as pool:
        print(pool.map(work, range(4)))
