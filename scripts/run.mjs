// `npm start` and `npm test` on a fresh clone: plain JavaScript for whatever Node there is. It installs
// what is missing and hands over to the Node that the project pins, which runs TypeScript as it is.
// `npm start` installs the packages of scripts/start/package.json alone, a workspace, in the versions
// of the root's lockfile; everything else needs all of them.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { endWithParent } from './end-with-parent.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const [script = '', ...args] = process.argv.slice(2)

const have = versions('node_modules/.package-lock.json')
const everything = packagesOf('package.json')
const toStart = packagesOf('scripts/start/package.json')
// A copy that has the others too keeps them.
const isStartAlone = script === 'start' && !have.has('node_modules/vitest')
if (!isInstalled(script === 'start' ? toStart : everything)) install(isStartAlone)

const node = `${root}node_modules/node/bin/node`
const child = spawn(
  existsSync(node) ? node : process.execPath,
  [`${root}scripts/${script}.ts`, ...args],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${root}node_modules/.bin:${process.env.PATH}`,
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

function install(isStartAlone) {
  const what = isStartAlone ? 'what npm start needs (npm test adds the rest)' : 'all packages'
  console.log(`Installing ${what}, once...`)
  const began = Date.now()
  const some = isStartAlone ? ['--workspace=scripts/start'] : []
  const args = ['ci', ...some, '--no-audit', '--no-fund', '--loglevel=error']
  const { status } = spawnSync('npm', args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) {
    console.error('npm ci failed: see above, mend it, and run the same command again.')
    process.exit(1)
  }
  const count = versions('node_modules/.package-lock.json').size
  console.log(`Installed ${count} packages in ${Math.round((Date.now() - began) / 1000)} s.`)
}

function packagesOf(file) {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(root + file, 'utf8'))
  return Object.keys({ ...dependencies, ...devDependencies })
}

/** Whether node_modules has them as the lockfile says: npm writes down what it installed. */
function isInstalled(names) {
  const wanted = versions('package-lock.json')
  return names.every((name) => {
    const version = have.get(`node_modules/${name}`)
    return version !== undefined && version === wanted.get(`node_modules/${name}`)
  })
}

/** By their paths. */
function versions(file) {
  if (!existsSync(root + file)) return new Map()
  const { packages } = JSON.parse(readFileSync(root + file, 'utf8'))
  return new Map(Object.entries(packages).map(([path, { version }]) => [path, version]))
}
