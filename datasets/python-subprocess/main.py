"""Starts /bin/true by subprocess.run, one after the other."""
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
CAUSE, STRENGTH = os.environ['CAUSE'] == '1', float(os.environ.get('STRENGTH', '1'))
END = time.monotonic() + LENGTH
done = 0
import subprocess
while time.monotonic() < END:
    done += 1
    for _ in range(int(STRENGTH)): pass
    if CAUSE:
        subprocess.run(['/bin/true'])
print('done', done)
