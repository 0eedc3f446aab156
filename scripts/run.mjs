// `npm start` and `npm test` on a fresh clone: plain JavaScript for whatever Node there is. It installs
// what is missing and hands over to the Node that the project pins, which runs TypeScript as it is.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { endWithParent } from './end-with-parent.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const [script = '', ...args] = process.argv.slice(2)

if (!isInstalled()) {
  console.log('Installing the packages that are missing...')
  const options = {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  }
  const { status } = spawnSync(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    options,
  )
  if (status !== 0) {
    console.error('npm ci failed: see above, mend it, and run the same command again.')
    process.exit(1)
  }
}

const node = `${root}/node_modules/node/bin/node`
const child = spawn(
  existsSync(node) ? node : process.execPath,
  [`${root}/scripts/${script}.ts`, ...args],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${root}/node_modules/.bin:${process.env.PATH}`,
      // Offline and quiet.
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_SEND_ERROR_REPORTS: 'false',
      WRANGLER_HIDE_BANNER: 'true',
      REDOCLY_TELEMETRY: 'off',
      REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
    },
  },
)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
endWithParent(() => child.kill('SIGTERM'))
child.on('exit', (code) => process.exit(code ?? 1))

/** Whether node_modules is what the lockfile says: npm writes down what it installed. */
function isInstalled() {
  const installed = `${root}/node_modules/.package-lock.json`
  if (!existsSync(installed)) return false
  const have = versions(installed)
  const { dependencies, devDependencies } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
  const wanted = versions(`${root}/package-lock.json`)
  return Object.keys({ ...dependencies, ...devDependencies }).every((name) => {
    const path = `node_modules/${name}`
    return have.get(path) === wanted.get(path)
  })
}

function versions(file) {
  const { packages } = JSON.parse(readFileSync(file, 'utf8'))
  return new Map(Object.entries(packages).map(([path, { version }]) => [path, version]))
}
