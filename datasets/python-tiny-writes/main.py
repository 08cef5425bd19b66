"""Writes a file without buffer, a few bytes at a time."""
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
CAUSE, STRENGTH = os.environ['CAUSE'] == '1', float(os.environ.get('STRENGTH', '1'))
END = time.monotonic() + LENGTH
done = 0
file = open(f'{DIR}/log', 'wb', buffering=0 if CAUSE else 1 << 20)
while time.monotonic() < END:
    for _ in range(1000): file.write(b'x' * int(STRENGTH))
    file.seek(0)
    done += 1000
print('done', done)
