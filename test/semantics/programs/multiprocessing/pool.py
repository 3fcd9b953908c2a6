# Pools: results, errors with their remote tracebacks, and what can't be pickled.
import concurrent.futures
import multiprocessing as mp


def work(number):
    return 10 // number


if __name__ == "__main__":
    with mp.Pool(2) as pool:
        print(pool.map(work, [1, 2, 5]), pool.apply(pow, (2, 8)))
        try:
            pool.apply(lambda: 1)
        except Exception as error:
            print(type(error).__name__, str(error).split(" at 0x")[0])
        print(repr(pool.apply_async(work, (0,)).get) != "", sorted(pool.imap_unordered(work, [1, 2])))
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        print(list(pool.map(work, [1, 5])))
        pool.submit(work, 0).result()
