import { expect, test } from 'vitest'
import { Ownership } from '../schema.ts'
import { describeJitName } from './jit-name.ts'

test.each([
  ['JS:*hot /path/app.js:3:10', 'hot /path/app.js:3:10', Ownership.Own],
  ['JS:~hot file:///path/app.mjs:3:10', 'hot /path/app.mjs:3:10', Ownership.Own],
  ['JS:^ /path/app.js:3:10', '(anonymous) /path/app.js:3:10', Ownership.Own],
  [
    'LazyCompile:*get lodash /srv/app/node_modules/lodash/get.js:1:1',
    'get lodash /srv/app/node_modules/lodash/get.js:1:1',
    Ownership.Dependency,
  ],
  [
    'JS:~processTicksAndRejections node:internal/process/task_queues:67:35',
    'processTicksAndRejections node:internal/process/task_queues:67:35',
    Ownership.Runtime,
  ],
  ['Function:~emit internal/events.js:1:2', 'emit internal/events.js:1:2', Ownership.Runtime],
  ['Script:~ /path/app.js:1:1', '(anonymous) /path/app.js:1:1', Ownership.Own],
  ['Eval:~ :1:1', '(anonymous) :1:1', Ownership.Own],
  ['Builtin:ArrayForEach', 'Builtin:ArrayForEach', Ownership.Runtime],
  ['RegExp:a+b', 'RegExp:a+b', Ownership.Runtime],
  ['py::work:/home/me/app.py', 'work /home/me/app.py', Ownership.Own],
  [
    'py::Session.get:/usr/lib/python3/dist-packages/requests/api.py',
    'Session.get /usr/lib/python3/dist-packages/requests/api.py',
    Ownership.Dependency,
  ],
  ['py::loads:/usr/lib/python3.12/json/__init__.py', 'loads /usr/lib/python3.12/json/__init__.py', Ownership.Runtime],
  ['py::_find_spec:<frozen importlib._bootstrap>', '_find_spec <frozen importlib._bootstrap>', Ownership.Runtime],
  ['Ljava/lang/String;::hashCode()I', 'java.lang.String::hashCode()I', Ownership.Runtime],
  ['long com.shop.Cart.total(int)', 'com.shop.Cart.total(int)', Ownership.Own],
  ['void com.shop.Cart.<init>(byte[])', 'com.shop.Cart.<init>(byte[])', Ownership.Own],
  [
    'java.lang.Object jdk.internal.misc.Unsafe.getReferenceVolatile(java.lang.Object, long)',
    'jdk.internal.misc.Unsafe.getReferenceVolatile(java.lang.Object, long)',
    Ownership.Runtime,
  ],
  [
    'int Load$$Lambda$14/0x0000000800c03000.compare(java.lang.Object)',
    'Load$$Lambda$14/0x0000000800c03000.compare(java.lang.Object)',
    Ownership.Own,
  ],
  ['com.shop.Cart::total', 'com.shop.Cart::total', Ownership.Own],
  ['my_generated_code', 'my_generated_code', Ownership.Own],
])('%s', (raw, name, ownership) => {
  expect(describeJitName(raw, undefined)).toEqual({ name, ownership })
})

test('a stub of the JVM is the runtime', () => {
  expect(describeJitName('StubRoutines (1)', 'java').ownership).toBe(Ownership.Runtime)
  expect(describeJitName('Interpreter', 'java')).toEqual({ name: 'Interpreter (interpreted Java)', ownership: Ownership.Runtime })
})
