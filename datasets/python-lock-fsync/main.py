"""Three threads take a threading.Lock around a write and os.fsync."""
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
CAUSE, STRENGTH = os.environ['CAUSE'] == '1', float(os.environ.get('STRENGTH', '1'))
END = time.monotonic() + LENGTH
done = 0
import threading
lock, file, counts = threading.Lock(), open(f'{DIR}/log', 'ab', buffering=0), []
def worker():
    count = 0
    while time.monotonic() < END:
        with lock:
            file.write(b'x' * 30000)
            if CAUSE:
                os.fsync(file.fileno())
        if not CAUSE:
            os.fsync(file.fileno())
        count += 1
    counts.append(count)
threads = [threading.Thread(target=worker) for _ in range(int(STRENGTH))]
for thread in threads: thread.start()
for thread in threads: thread.join()
done = sum(counts)
print('done', done)
