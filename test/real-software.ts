/** Servers and programs as Debian ships them, started for a test with data of their own, on 127.0.0.1 alone. */

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { until } from './autotune.ts'

/** A server that runs. */
export interface Server {
  readonly pid: number
  readonly port: number
  stop(): Promise<void>
}

/** Path of a program, also where Debian keeps those of PostgreSQL; undefined when it is not installed. */
export function findProgram(name: string): string | undefined {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', ...versions.map(version => `/usr/lib/postgresql/${version}/bin`)]
  return folders.map(folder => join(folder, name)).find(path => existsSync(path))
}

/** PostgreSQL refuses to run as root. */
export const asPostgres: readonly string[] = ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups']

/** Starts PostgreSQL with a cluster of its own. */
export async function startPostgres(directory: string, settings: readonly string[] = []): Promise<Server> {
  const port = await freePort()
  const data = join(directory, 'postgres')
  mkdirSync(data, { mode: 0o700 })
  chownSync(data, idOf('-u'), idOf('-g'))
  const [setpriv, ...rest] = asPostgres
  execFileSync(setpriv, [...rest, required('initdb'), '-D', `${data}/cluster`, '-A', 'trust', '-N'], { stdio: 'ignore', cwd: '/' })
  const options = ['listen_addresses=127.0.0.1', 'autovacuum=off', 'shared_buffers=64MB', ...settings].flatMap(setting => ['-c', setting])
  const server = start([...asPostgres, required('postgres'), '-D', `${data}/cluster`, '-k', data, '-p', String(port), ...options], {
    port,
    cwd: '/',
  })
  await until('PostgreSQL to answer', () => spawnSync(required('pg_isready'), ['-q', ...connectionOf(port)]).status === 0)
  return server
}

/** Arguments of PostgreSQL's clients. */
export function connectionOf(port: number): readonly string[] {
  return ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres']
}

/** Runs SQL. */
export function runSql(port: number, sql: string): void {
  execFileSync(required('psql'), [...connectionOf(port), '-q', '-v', 'ON_ERROR_STOP=1', '-c', sql], { stdio: 'ignore' })
}

/** Starts Redis; its append-only file is made safe with each command. */
export async function startRedis(directory: string): Promise<Server> {
  const port = await freePort()
  const data = join(directory, 'redis')
  mkdirSync(data)
  const options = [
    '--port',
    port,
    '--bind',
    '127.0.0.1',
    '--dir',
    data,
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--save',
    '',
  ].map(String)
  const server = start([required('redis-server'), ...options], { port })
  await until('Redis to answer', () =>
    spawnSync(required('redis-cli'), ['-p', String(port), 'ping'])
      .stdout.toString()
      .startsWith('PONG'),
  )
  return server
}

/** A backend that computes for 20 ms before it answers, in Python for whoever looks at its stacks. */
const backend = `
import http.server, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    wbufsize = -1 # an answer in one piece: two would wait for each other's acknowledgement
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        end = time.perf_counter() + 0.02
        while time.perf_counter() < end: pass
        self.send_response(200); self.send_header('Content-Length', '2'); self.end_headers(); self.wfile.write(b'ok')
    def log_message(self, *arguments): pass
http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Handler).serve_forever()
`

/** Starts nginx in front of a backend that is slow; the port of the backend is the peer to name. */
export async function startNginx(directory: string): Promise<Server & { readonly backendPort: number }> {
  const [port, backendPort] = [await freePort(), await freePort()]
  const home = join(directory, 'nginx')
  mkdirSync(home)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path ${home}/${name};`).join(' ')
  writeFileSync(
    join(home, 'nginx.conf'),
    `worker_processes 1; daemon off; pid ${home}/pid; error_log ${home}/error.log;
     events { worker_connections 64; }
     http { access_log off; ${temporary}
       upstream app { server 127.0.0.1:${backendPort}; keepalive 4; }
       server { listen 127.0.0.1:${port};
         location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; } } }`,
  )
  const app = start(['python3', '-c', backend, String(backendPort)], { port: backendPort })
  const server = start([required('nginx'), '-p', home, '-e', `${home}/error.log`, '-c', join(home, 'nginx.conf')], { port })
  await until('nginx to answer', () => spawnSync('python3', ['-c', clientOnce, String(port)]).status === 0)
  return {
    ...server,
    backendPort,
    async stop() {
      await server.stop()
      await app.stop()
    },
  }
}

const clientOnce = `
import http.client, sys
connection = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]))
connection.request('GET', '/')
sys.exit(connection.getresponse().status != 200)
`

/** A client that asks again and again over one connection. */
export const httpClient = `
import http.client, sys
connection = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]))
while True:
    connection.request('GET', '/')
    connection.getresponse().read()
`

/** Inserts row by row, each in a transaction of its own, for so many seconds. */
export const sqliteInserts = `
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute('create table orders (id integer primary key, text)')
end = time.monotonic() + float(sys.argv[2])
while time.monotonic() < end: database.execute('insert into orders (text) values (?)', ('one more',))
`

/** Writes a second that a slow disk takes: those of one that turns. */
const SLOW_WRITES_PER_SEC = 200

/**
 * Makes the disk of a directory slow for some processes, where a blkio or io controller can. Elsewhere the disk is as it is:
 * a commit still waits for it.
 */
export function slowDisk(directory: string): { add(pids: readonly number[]): void; remove(): void } {
  const device = wholeDisk(statSync(directory).dev)
  const hierarchy = [
    { root: '/sys/fs/cgroup/blkio', file: 'blkio.throttle.write_iops_device', limit: `${device} ${SLOW_WRITES_PER_SEC}` },
    { root: '/sys/fs/cgroup', file: 'io.max', limit: `${device} wiops=${SLOW_WRITES_PER_SEC}` },
  ].find(({ root }) => existsSync(root))
  const group = join(hierarchy?.root ?? '', `autotune-test-${process.pid}`)
  try {
    if (hierarchy === undefined) throw new Error('no cgroups')
    mkdirSync(group)
    writeFileSync(join(group, hierarchy.file), hierarchy.limit)
  } catch (error) {
    process.stderr.write(`the disk stays as fast as it is: ${error}\n`)
    return { add: () => {}, remove: () => existsSync(group) && rmdirSync(group) }
  }
  return {
    add: pids => {
      for (const pid of pids) writeFileSync(join(group, 'cgroup.procs'), String(pid))
    },
    remove: () => rmdirSync(group),
  }
}

/** "254:0" of the disk that a device number belongs to; limits are not for partitions. */
function wholeDisk(device: number): string {
  const numbers = `${Math.floor(device / 256) % 4096}:${(device % 256) + Math.floor(device / 1048576) * 256}`
  const folder = `/sys/dev/block/${numbers}`
  return existsSync(`${folder}/partition`) ? readFileSync(join(realpathSync(folder), '..', 'dev'), 'utf8').trim() : numbers
}

/** Processes of a PostgreSQL that serve clients: it says so in their command line. */
export function backendsOf(pid: number): readonly number[] {
  const lines = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(pid)])
    .stdout.toString()
    .split('\n')
  return lines.filter(line => line.includes(' 127.0.0.1(')).map(line => Number.parseInt(line, 10))
}

/** A work tree with so many committed files. */
export function makeWorkTree(directory: string, { folders, files }: { readonly folders: number; readonly files: number }): string {
  const tree = join(directory, 'tree')
  for (let folder = 0; folder < folders; folder++) {
    mkdirSync(join(tree, `${folder}`), { recursive: true })
    for (let file = 0; file < files; file++) writeFileSync(join(tree, `${folder}`, `${file}`), '')
  }
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', tree, '-c', 'user.name=test', '-c', 'user.email=test@localhost', '-c', 'gc.auto=0', ...args], {
      stdio: 'ignore',
    })
  git('init', '-q')
  git('add', '.')
  git('commit', '-q', '-m', 'files')
  return tree
}

function start(command: readonly string[], { port, cwd }: { readonly port: number; readonly cwd?: string }): Server {
  const child = spawn(command[0], command.slice(1), { stdio: 'ignore', cwd })
  const exited = exitOf(child)
  return {
    pid: child.pid ?? 0,
    port,
    async stop() {
      child.kill('SIGINT')
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await exited
      clearTimeout(timer)
    },
  }
}

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
}

function required(name: string): string {
  const path = findProgram(name)
  if (path === undefined) throw new Error(`${name} is not installed`)
  return path
}

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }))
}

/** A port nobody listens on now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
