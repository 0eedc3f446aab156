import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../support/node/start.ts'
import type { Here } from './place.ts'
import { CA } from './secure-door.ts'

const ROOT = join(import.meta.dirname, '../../..')

export type Gateway = { url: string; stop: () => Promise<void> }
/** A program in the foreground, and the directives before and after a configuration of the documentation. */
type Program = (
  folder: string,
  port: number,
) => { command: string[]; config: (own: string) => string }

/** `changed` is how a reader might have left the file: what its warnings are about. */
export type GatewaySetup = {
  here: Pick<Here, 'issuer' | 'api'>
  upstream: string
  /** The example's Worker, where the gateway asks that. */
  asks?: string
  changed?: (config: string) => string
}

export async function startGateway(
  program: Program,
  file: string,
  { here, upstream, asks = '', changed = (same) => same }: GatewaySetup,
): Promise<Gateway> {
  const [folder, port] = [newFolder(), await freePort()]
  const { command, config } = program(folder, port)
  const own = changed(readFileSync(join(ROOT, file), 'utf8'))
    .replaceAll('https://auth.example.com', here.issuer)
    .replaceAll('API_CLIENT_ID', here.api.id)
    .replaceAll('API_CLIENT_SECRET', here.api.secret)
    .replaceAll('http://127.0.0.1:3000', upstream)
    .replaceAll('127.0.0.1:3000', upstream.replace('http://', ''))
    .replaceAll('http://localhost:8788', asks)
    .replaceAll('localhost:8788', asks.replace('http://', ''))
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`)
    .replaceAll('/etc/ssl/certs/ca-certificates.crt', CA)
  writeFileSync(join(folder, 'config'), config(own))
  const [name = '', ...args] = command
  const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const url = `http://127.0.0.1:${port}`
  await answers(child, url, join(folder, 'errors'))
  return { url, stop: () => ended(child) }
}

/** Readable for others: a server that root starts works as another user. */
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-gateway-'))
  chmodSync(folder, 0o755)
  return folder
}

async function answers(child: ChildProcess, url: string, errors: string): Promise<void> {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => (output += String(chunk)))
  }
  const deadline = Date.now() + 120_000
  for (;;) {
    const response = await fetch(url).catch(() => null)
    if (response) return
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`No gateway: ${output}${textOf(errors)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const textOf = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '')

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await exit
}

const AS_SOMEBODY = process.getuid?.() === 0

/** With one module more than what every Apache has. */
export const apache =
  (...modules: string[]): Program =>
  (folder, port) => ({
    command: ['/usr/sbin/apache2', '-DFOREGROUND', '-f', join(folder, 'config')],
    config: (own) => `
ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
DefaultRuntimeDir ${folder}
ErrorLog ${folder}/errors
Mutex posixsem
${AS_SOMEBODY ? 'User www-data\nGroup www-data' : ''}
${['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'proxy', 'proxy_http', ...modules]
  .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
  .join('\n')}
${modules.includes('auth_openidc') ? `OIDCCABundlePath ${CA}` : ''}
${own}`,
  })

export const nginx: Program = (folder) => {
  mkdirSync(join(folder, 'logs'))
  copyFileSync(
    join(ROOT, 'test/interop/gateways/introspection.js'),
    join(folder, 'introspection.js'),
  )
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return {
    command: [
      '/usr/sbin/nginx',
      '-p',
      folder,
      '-e',
      join(folder, 'errors'),
      '-c',
      join(folder, 'config'),
    ],
    config: (own) => `
load_module /usr/lib/nginx/modules/ngx_http_js_module.so;
daemon off;
worker_processes 1;
pid ${folder}/pid;
error_log ${folder}/errors warn;
events {}
http {
access_log off;
${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n')}
${own}
}`,
  }
}

export const caddy: Program = (folder) => ({
  command: ['caddy', 'run', '--adapter', 'caddyfile', '--config', join(folder, 'config')],
  config: (own) => `{\n  admin off\n  auto_https off\n}\n${own}`,
})
