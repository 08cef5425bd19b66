"""Asks for the facts of a thousand files again and again."""
import os, sys, time
LENGTH, DIR = float(os.environ['LENGTH']), os.environ['DIR']
CAUSE, STRENGTH = os.environ['CAUSE'] == '1', float(os.environ.get('STRENGTH', '1'))
END = time.monotonic() + LENGTH
done = 0
names = [f'{DIR}/{i}' for i in range(1000)]
for name in names: open(name, 'w').close()
kept = {}
while time.monotonic() < END:
    for name in names:
        if CAUSE or name not in kept:
            kept[name] = os.stat(name)
        done += 1
        for _ in range(int(STRENGTH)): pass
print('done', done)
