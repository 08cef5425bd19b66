import { expect, test } from 'vitest'
import { Ownership } from '../schema.ts'
import { ownershipOfFile, ownershipOfSource, runtimeOf } from './ownership.ts'

test.each([
  ['/usr/lib/x86_64-linux-gnu/libc.so.6', Ownership.System],
  ['/lib64/ld-linux-x86-64.so.2', Ownership.System],
  ['/usr/lib/x86_64-linux-gnu/libssl.so.3', Ownership.System],
  ['/nix/store/abc-glibc-2.38/lib/libm.so.6', Ownership.System],
  ['/opt/app/lib/libstdc++.so.6.0.30', Ownership.System],
  ['[vdso]', Ownership.System],
  ['/usr/bin/node', Ownership.Runtime],
  ['/root/.nvm/versions/node/v20.1.0/bin/node', Ownership.Runtime],
  ['/usr/bin/python3.11', Ownership.Runtime],
  ['/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0', Ownership.Runtime],
  ['/usr/lib/python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so', Ownership.Runtime],
  ['/usr/lib/jvm/java-17-openjdk-amd64/lib/server/libjvm.so', Ownership.Runtime],
  ['/srv/app/node_modules/sharp/build/sharp.node', Ownership.Dependency],
  ['/usr/local/lib/python3.11/site-packages/numpy/core/_multiarray.so', Ownership.Dependency],
  ['/home/me/server', Ownership.Own],
  ['/home/me/server (deleted)', Ownership.Own],
  ['/usr/local/lib/libmine.so', Ownership.Own],
  ['/usr/sbin/nginx', Ownership.Own],
  ['/usr/lib/postgresql/15/bin/postgres', Ownership.Own],
  ['[heap]', Ownership.Unknown],
])('%s', (path, expected) => {
  expect(ownershipOfFile(path, undefined)).toBe(expected)
})

test('a program in a library folder is still the process’s own', () => {
  expect(ownershipOfFile('/usr/lib/firefox/firefox', '/usr/lib/firefox/firefox')).toBe(Ownership.Own)
  expect(ownershipOfFile('/usr/lib/firefox/libxul.so', '/usr/lib/firefox/firefox')).toBe(Ownership.System)
})

test.each([
  ['/usr/bin/node', 'node'],
  ['/usr/bin/python3', 'python'],
  ['/usr/lib/jvm/bin/java', 'java'],
  ['/usr/bin/ruby3.1', 'other'],
  ['/usr/bin/pythonize', undefined],
  [undefined, undefined],
])('the runtime of %s is %s', (executable, runtime) => {
  expect(runtimeOf(executable)).toBe(runtime)
})

test.each([
  ['/home/me/shop/src/cart.rs', Ownership.Own],
  ['/home/me/go/src/shop/cart.go', Ownership.Own],
  ['/root/.cargo/registry/src/index.crates.io-6f17d22bba15001f/serde-1.0.0/src/de.rs', Ownership.Dependency],
  ['/root/go/pkg/mod/github.com/lib/pq@v1.10.0/conn.go', Ownership.Dependency],
  ['/src/shop/vendor/github.com/lib/pq/conn.go', Ownership.Dependency],
  ['/srv/app/node_modules/lodash/get.js', Ownership.Dependency],
  ['/rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/core/src/slice/mod.rs', Ownership.Runtime],
  ['/usr/local/go/src/runtime/proc.go', Ownership.Runtime],
  ['/usr/lib/go-1.19/src/sort/sort.go', Ownership.Runtime],
  ['/usr/lib/python3.12/json/__init__.py', Ownership.Runtime],
  ['/usr/include/c++/12/bits/stl_algo.h', Ownership.System],
  ['/usr/include/x86_64-linux-gnu/bits/string_fortified.h', Ownership.System],
])('source %s', (path, expected) => {
  expect(ownershipOfSource(path)).toBe(expected)
})
