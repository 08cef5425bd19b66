"""Appends a line and calls os.fsync, one after the other."""
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
CAUSE, STRENGTH = os.environ['CAUSE'] == '1', float(os.environ.get('STRENGTH', '1'))
END = time.monotonic() + LENGTH
done = 0
file = open(f'{DIR}/log', 'ab', buffering=0)
while time.monotonic() < END:
    file.write(b'x' * 100)
    done += 1
    if CAUSE and done % STRENGTH == 0:
        os.fsync(file.fileno())
print('done', done)
