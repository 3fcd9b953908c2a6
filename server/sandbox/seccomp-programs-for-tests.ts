/** For tests: programs of every kind that people run, whose output is the same on each run wherever they run. */
export interface EverydayProgram {
  readonly name: string;
  readonly source: string;
}

export const everydayPrograms: readonly EverydayProgram[] = [
  {
    name: "numpy with linear algebra in threads",
    source: `import numpy as np
rng = np.random.default_rng(7)
a = rng.random((400, 400)); b = rng.random((400, 400))
print((a @ b).shape, np.allclose(np.linalg.solve(a, a @ b), b))
print(np.linalg.svd(a[:100, :100], compute_uv=False).shape, np.allclose(np.linalg.inv(a) @ a, np.eye(400)))
print(np.fft.fft(np.arange(8)).real.round(3).tolist(), np.sort(rng.integers(0, 99, 5)).tolist())
np.save("/tmp/a.npy", a[:3]); m = np.load("/tmp/a.npy", mmap_mode="r"); print(m.shape, float(m.sum()) > 0)
m = np.memmap("/tmp/b.bin", dtype="int32", mode="w+", shape=(10,)); m[:] = 5; m.flush(); print(int(m.sum()))`,
  },
  {
    name: "matplotlib that saves figures",
    // Its settings lie beside it: where distributions keep the common ones is no matter of the filter.
    source: `open("matplotlibrc", "w").close()
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt, os
plt.plot([1, 2, 3], [1, 4, 9]); plt.title("T"); plt.savefig("/tmp/a.png"); plt.savefig("/tmp/a.svg"); plt.savefig("/tmp/a.pdf")
print(open("/tmp/a.png", "rb").read(8), os.path.getsize("/tmp/a.svg") > 1000, open("/tmp/a.pdf", "rb").read(4))`,
  },
  {
    name: "pandas",
    source: `import pandas as pd, io, sqlite3
frame = pd.read_csv(io.StringIO("a,b\\nx,1\\ny,2\\nx,3\\n"))
print(frame.groupby("a").b.sum().to_string()); print(frame.describe().to_string())
frame.to_csv("/tmp/f.csv", index=False); print(pd.read_csv("/tmp/f.csv").equals(frame))
with sqlite3.connect(":memory:") as db: frame.to_sql("t", db); print(pd.read_sql("select sum(b) s from t", db).to_string())
print(pd.date_range("2026-01-01", periods=3, tz="Europe/Berlin").strftime("%c %z").tolist())`,
  },
  {
    name: "requests, urllib and curl with a server of its own",
    source: `import http.server, subprocess, threading, urllib.request, requests
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Length", "2"); self.end_headers(); self.wfile.write(b"ok")
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
at = f"http://127.0.0.1:{server.server_port}/"
print(requests.get(at).text, urllib.request.urlopen(at).read(), subprocess.check_output(["curl", "-sS", at]))
server.shutdown(); server.server_close()`,
  },
  {
    name: "aiohttp, server and client",
    source: `import asyncio, aiohttp
from aiohttp import web
async def main():
    app = web.Application(); app.router.add_get("/", lambda request: asyncio.sleep(0, web.json_response({"ok": 1})))
    runner = web.AppRunner(app); await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0); await site.start()
    port = site._server.sockets[0].getsockname()[1]
    async with aiohttp.ClientSession() as session:
        for _ in range(3):
            async with session.get(f"http://127.0.0.1:{port}/") as response: print(response.status, await response.json())
    await runner.cleanup()
asyncio.run(main())`,
  },
  {
    name: "multiprocessing, each way to start",
    source: `import multiprocessing as mp, os
from multiprocessing import shared_memory
def square(x): return x * x
def fill(name, lock, counter, queue, event):
    block = shared_memory.SharedMemory(name)
    with lock: block.buf[0] += 1; counter.value += 1
    block.close(); queue.put("done"); event.set()
if __name__ == "__main__":
    for way in ("fork", "spawn", "forkserver"):
        context = mp.get_context(way)
        with context.Pool(2) as pool: print(way, pool.map(square, range(5)))
        block = shared_memory.SharedMemory(create=True, size=64)
        lock, counter, queue, event = context.Lock(), context.Value("i", 0), context.Queue(), context.Event()
        processes = [context.Process(target=fill, args=(block.name, lock, counter, queue, event)) for _ in range(2)]
        for process in processes: process.start()
        print([queue.get(timeout=60) for _ in processes], event.wait(60))
        for process in processes: process.join()
        print(block.buf[0], counter.value, [process.exitcode for process in processes]); block.close(); block.unlink()
    with mp.Manager() as shared:
        held = shared.dict(a=1); held["b"] = 2; print(sorted(held.items()), list(shared.list([1, 2])))
    ours, theirs = mp.Pipe(); theirs.send([1]); print(ours.recv())
    with mp.get_context("fork").Semaphore(2): print("held")`,
  },
  {
    name: "executors of threads and of processes",
    source: `import concurrent.futures as f, threading, queue
def work(n): return sum(range(n))
if __name__ == "__main__":
    with f.ThreadPoolExecutor(8) as pool: print(list(pool.map(work, range(1000, 1008))))
    with f.ProcessPoolExecutor(2) as pool: print(list(pool.map(work, range(4))))
    barrier, got = threading.Barrier(3), queue.Queue()
    threads = [threading.Thread(target=lambda n=n: (barrier.wait(), got.put(n)), name=f"t{n}") for n in range(3)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(sorted(got.get() for _ in threads), threading.local() is not None)
    timer = threading.Timer(0.01, lambda: got.put("timer")); timer.start(); print(got.get(timeout=60))`,
  },
  {
    name: "subprocesses, pipes and shells",
    source: `import os, pty, shutil, signal, subprocess, sys
print(subprocess.run("echo a | tr a b | sort; exit 3", shell=True, capture_output=True, text=True))
print(subprocess.run([sys.executable, "-c", "import sys; print(sys.stdin.read())"], input="x", text=True, capture_output=True).stdout)
child = subprocess.Popen(["sleep", "100"], start_new_session=True); child.terminate(); print(child.wait())
print(subprocess.run(["true"], close_fds=False, preexec_fn=lambda: os.setpgid(0, 0)).returncode, os.system("exit 2") >> 8)
print(os.posix_spawn("/bin/true", ["true"], os.environ) > 0, os.wait()[1], os.popen("echo p").read())
pid, fd = pty.fork()
if pid == 0: os.write(1, b"tty" if os.isatty(0) else b"none"); os._exit(4)
print(os.read(fd, 9), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shutil.get_terminal_size())
pidfd = os.pidfd_open(os.getpid()); signal.signal(signal.SIGUSR1, lambda *_: print("usr1")); signal.pidfd_send_signal(pidfd, signal.SIGUSR1)
for tool in ("ls /", "find /tmp -maxdepth 0", "tar --version", "git --version", "awk 'BEGIN{print 1}'", "perl -e 'print 2'"):
    print(subprocess.run(tool, shell=True, stdout=subprocess.DEVNULL).returncode)`,
  },
  {
    name: "asyncio with processes, signals and streams",
    source: `import asyncio, os, signal, socket, sys
async def main():
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(6*7)", stdout=asyncio.subprocess.PIPE)
    print(await process.communicate(), process.returncode)
    got = asyncio.Event(); asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, got.set)
    os.kill(os.getpid(), signal.SIGUSR2); await asyncio.wait_for(got.wait(), 60)
    async def echo(reader, writer): writer.write(await reader.readline()); await writer.drain(); writer.close()
    server = await asyncio.start_unix_server(echo, "/tmp/echo.sock")
    reader, writer = await asyncio.open_unix_connection("/tmp/echo.sock"); writer.write(b"hi\\n"); print(await reader.readline())
    writer.close(); server.close()
    print(await asyncio.to_thread(sum, [1, 2]), await asyncio.gather(*(asyncio.sleep(0.001, n) for n in range(3))))
    with open("/tmp/sent", "wb") as file: file.write(b"z" * 70000)
    async def take(reader, writer): taken.set_result(len(await reader.read())); writer.close()
    taken = asyncio.get_running_loop().create_future()
    server = await asyncio.start_server(take, "127.0.0.1", 0); at = server.sockets[0].getsockname()
    reader, writer = await asyncio.open_connection(*at)
    with open("/tmp/sent", "rb") as file: await asyncio.get_running_loop().sendfile(writer.transport, file)
    writer.close(); print(await taken); server.close()
asyncio.run(main())`,
  },
  {
    name: "sqlite, dbm, locks and maps of files",
    source: `import dbm.dumb, fcntl, mmap, os, sqlite3
db = sqlite3.connect("/tmp/d.db"); db.execute("pragma journal_mode=wal"); db.execute("create table t(x)")
with db: db.executemany("insert into t values(?)", [(n,) for n in range(100)])
print(db.execute("select sum(x) from t").fetchone(), db.execute("pragma integrity_check").fetchone()); db.close()
with open("/tmp/m", "w+b") as file:
    file.truncate(8192); m = mmap.mmap(file.fileno(), 0); m[:3] = b"abc"; m.flush(); m.madvise(mmap.MADV_WILLNEED); m.resize(16384); print(m[:3], len(m))
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB); fcntl.lockf(file, fcntl.LOCK_EX, 10); print(fcntl.fcntl(file, fcntl.F_GETFD))
    os.posix_fallocate(file.fileno(), 0, 100); os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED); os.fsync(file); os.fdatasync(file)
with dbm.dumb.open("/tmp/k", "c") as names: names["a"] = "b"; print(names["a"])
m = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC); m.write(b"x"); print(m[0])`,
  },
  {
    name: "files in every way",
    source: `import filecmp, glob, os, pathlib, shutil, stat, tarfile, tempfile, zipfile
with tempfile.TemporaryDirectory() as place:
    os.chdir(place); pathlib.Path("a").write_bytes(b"q" * 100_000); os.utime("a", (1e9, 1e9))
    shutil.copy2("a", "b"); print(filecmp.cmp("a", "b", False), os.stat("b").st_mtime)
    with open("a", "rb") as source, open("c", "wb") as target: print(os.copy_file_range(source.fileno(), target.fileno(), 50), os.sendfile(target.fileno(), source.fileno(), 0, 50))
    os.link("a", "l"); os.symlink("a", "s"); os.mkfifo("f"); os.rename("c", "d"); os.replace("d", "e"); os.truncate("e", 10)
    os.chmod("e", 0o600); print(oct(os.stat("e").st_mode), os.readlink("s"), stat.S_ISFIFO(os.stat("f").st_mode), os.access("e", os.R_OK))
    os.chown("e", os.getuid(), os.getgid()); os.unlink("f"); print(os.umask(0o22) >= 0, os.statvfs(".").f_bsize > 0)
    os.makedirs("x/y"); shutil.copytree("x", "z"); shutil.move("x", "w"); print(sorted(glob.glob("**", recursive=True)))
    shutil.make_archive("t", "gztar", "z"); tarfile.open("t.tar.gz").extractall("t"); zipfile.ZipFile("z.zip", "w").write("a")
    ours, theirs = os.pipe(); os.set_blocking(ours, False); os.write(theirs, b"pipe"); print(os.splice(ours, (fd := os.open("p", os.O_CREAT | os.O_RDWR)), 4), os.pread(fd, 9, 0), os.preadv(fd, [bytearray(2)], 0), os.pwritev(fd, [b"1", b"2"], 0))
    with tempfile.TemporaryFile() as file: file.write(b"1"); print(file.tell())
    with tempfile.SpooledTemporaryFile(4) as file: file.write(b"12345"); print(file.tell())
    print(sorted(entry.name for entry in os.scandir("z")), [(b, sorted(d), sorted(f)) for b, d, f, _ in os.fwalk("t")])
    shutil.rmtree("t"); os.chdir("/")`,
  },
  {
    name: "signals, timers and clocks",
    source: `import ctypes, os, select, signal, struct, time
seen = []
for number in (signal.SIGALRM, signal.SIGVTALRM): signal.signal(number, lambda n, _: seen.append(n))
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
while not seen: signal.pause()
signal.setitimer(signal.ITIMER_REAL, 0); print(seen[0], signal.getitimer(signal.ITIMER_REAL)[0] == 0)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1]); os.kill(os.getpid(), signal.SIGUSR1); print(signal.sigpending(), signal.sigwait([signal.SIGUSR1]))
os.kill(os.getpid(), signal.SIGUSR1); print(signal.sigtimedwait([signal.SIGUSR1], 60).si_signo)
libc = ctypes.CDLL(None, use_errno=True)
timer = libc.timerfd_create(1, 0); libc.timerfd_settime(timer, 0, struct.pack("4q", 0, 0, 0, 1_000_000), None); print(struct.unpack("Q", os.read(timer, 8))[0] > 0)
event = os.eventfd(1) if hasattr(os, "eventfd") else libc.eventfd(1, 0); print(struct.unpack("Q", os.read(event, 8)))
mask = (ctypes.c_ulong * 16)(1 << (signal.SIGUSR1 - 1)); fd = libc.signalfd(-1, mask, 0); os.kill(os.getpid(), signal.SIGUSR1); print(len(os.read(fd, 128)))
watch = libc.inotify_init1(0); os.makedirs("/tmp/w", exist_ok=True); print(libc.inotify_add_watch(watch, b"/tmp/w", 0x100) > 0)
open("/tmp/w/f", "w").close(); print(os.read(watch, 4096)[16:17])
poll = select.epoll(); poll.register(event, select.EPOLLIN); print(poll.poll(0), select.select([], [1], [], 1)[1])
print(time.clock_getres(time.CLOCK_MONOTONIC) > 0, time.process_time() > 0, time.thread_time() > 0, os.times().user >= 0)
time.sleep(0.001); print([time.clock_gettime(clock) > 0 for clock in (time.CLOCK_REALTIME, time.CLOCK_BOOTTIME, time.CLOCK_PROCESS_CPUTIME_ID)])
timer = ctypes.c_void_p(); print(libc.timer_create(0, None, ctypes.byref(timer)), libc.timer_delete(timer))`,
  },
  {
    name: "what a process asks about itself and its machine",
    source: `import ctypes, os, platform, random, resource, secrets, sys, uuid
print(len(os.getrandom(16)), len(os.urandom(8)), len(secrets.token_hex()), random.SystemRandom().random() < 1, len(str(uuid.uuid1())))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0, resource.getrlimit(resource.RLIMIT_STACK)[0] != 0)
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE); resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard)); print(resource.prlimit(0, resource.RLIMIT_NOFILE)[0])
before = os.getpriority(0, 0); print(len(os.sched_getaffinity(0)) > 0, os.sched_getscheduler(0), os.sched_get_priority_max(os.SCHED_FIFO), os.nice(1) - before)
os.sched_setaffinity(0, os.sched_getaffinity(0)); os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0)); os.sched_yield()
print(platform.system(), platform.machine() != "", os.uname().sysname, os.cpu_count() > 0, os.getloadavg()[0] >= 0, os.sysconf("SC_PAGE_SIZE"))
print(os.getsid(0) >= 0, os.getpgid(0) >= 0, os.getppid() >= 0, len(os.getgroups()) >= 0, os.getresuid()[0] == os.getuid())
os.setuid(os.getuid()); os.setgid(os.getgid())
libc = ctypes.CDLL(None, use_errno=True); name = ctypes.create_string_buffer(16)
print(libc.prctl(15, b"named", 0, 0, 0), libc.prctl(16, name, 0, 0, 0), name.value, libc.prctl(38, 1, 0, 0, 0), libc.prctl(1, 9, 0, 0, 0))
print(libc.personality(0xffffffff), libc.sched_getcpu() >= 0)
memory = ctypes.create_string_buffer(8192); print(libc.madvise(None, 0, 4), libc.sysinfo(memory), libc.mlockall(0) == -1)`,
  },
  {
    name: "sockets",
    source: `import array, os, socket, ssl
print(socket.if_nameindex()[0], socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)[0][4][1], socket.gethostbyname("localhost"))
a, b = socket.socketpair(); a.settimeout(5); socket.send_fds(a, [b"fd"], [0]); print(socket.recv_fds(b, 9, 1)[0])
server = socket.create_server(("127.0.0.1", 0)); client = socket.create_connection(server.getsockname()); peer, _ = server.accept()
for option in (socket.TCP_NODELAY, socket.TCP_QUICKACK): client.setsockopt(socket.IPPROTO_TCP, option, 1)
for option in (socket.SO_KEEPALIVE, socket.SO_REUSEADDR, socket.SO_REUSEPORT): client.setsockopt(socket.SOL_SOCKET, option, 1)
client.sendmsg([b"a", b"b"]); print(peer.recvmsg(9)[0], client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), client.getpeername() == server.getsockname())
client.shutdown(socket.SHUT_WR); print(peer.recv(9))
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(("127.0.0.1", 0)); u.sendto(b"u", u.getsockname()); print(u.recvfrom(9)[0])
unix = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); unix.bind("\\0abstract"); print(unix.getsockname())
print(ssl.create_default_context().minimum_version.name, ssl.RAND_status())`,
  },
];
