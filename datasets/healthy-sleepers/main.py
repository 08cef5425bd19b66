"""Thirty threads wait for a queue; something comes twenty times a second."""
import queue, threading
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
END = time.monotonic() + LENGTH
done = 0

jobs = queue.Queue()
def worker():
    while jobs.get() is not None: sum(range(1000))
threads = [threading.Thread(target=worker) for _ in range(30)]
for thread in threads: thread.start()
while time.monotonic() < END:
    jobs.put(1)
    time.sleep(0.05)
for _ in threads: jobs.put(None)
