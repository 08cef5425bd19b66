"""A loop in Python computes."""
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
CAUSE, STRENGTH = os.environ['CAUSE'] == '1', float(os.environ.get('STRENGTH', '1'))
END = time.monotonic() + LENGTH
done = 0
while time.monotonic() < END:
    for i in range(int(STRENGTH) if CAUSE else 1):
        i * i % 7
    done += 1
print('done', done)
