"""Sleeps until a file of a worker is there, which takes the worker 2 ms."""
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
CAUSE, STRENGTH = os.environ['CAUSE'] == '1', float(os.environ.get('STRENGTH', '1'))
END = time.monotonic() + LENGTH
done = 0
pid = os.fork()
if pid == 0:
    # the worker makes an answer for each request
    while True:
        if os.path.exists(f'{DIR}/ask'):
            os.unlink(f'{DIR}/ask')
            time.sleep(0.002)
            open(f'{DIR}/answer', 'w').close()
        time.sleep(0.001)
while time.monotonic() < END:
    open(f'{DIR}/ask', 'w').close()
    while not os.path.exists(f'{DIR}/answer'):
        time.sleep(STRENGTH / 1000 if CAUSE else 0.0005)
    os.unlink(f'{DIR}/answer')
    done += 1
os.kill(pid, 9)
print('done', done)
