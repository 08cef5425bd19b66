"""Four threads of Python compute, one at a time."""
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
CAUSE, STRENGTH = os.environ['CAUSE'] == '1', float(os.environ.get('STRENGTH', '1'))
END = time.monotonic() + LENGTH
done = 0
import threading
counts = []
def worker():
    count = 0
    while time.monotonic() < END:
        for i in range(10000): i * i % 7
        count += 1
    counts.append(count)
if CAUSE:
    threads = [threading.Thread(target=worker) for _ in range(int(STRENGTH))]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    done = sum(counts)
else:
    readers = []
    for _ in range(2):
        read, write = os.pipe()
        if os.fork() == 0:
            worker()
            os.write(write, str(counts[0]).encode())
            os._exit(0)
        readers.append(read)
    done = sum(int(os.read(read, 100)) for read in readers)
print('done', done)
