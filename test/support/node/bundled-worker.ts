import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Unstable_RawConfig as RawConfig } from 'wrangler'
import { configApart } from './apart.ts'
import { onceARun } from './once.ts'

const ROOT = join(import.meta.dirname, '../../..')

/**
 * The settings of wrangler.toml, for the bundle that a deployment would send. To put together hundreds of files anew for
 * each Worker costs more than to start it.
 */
export function bundledWorker(): RawConfig {
  const folder = onceARun('worker', bundle)
  const config = JSON.parse(readFileSync(configApart(), 'utf8')) as RawConfig
  // It is small already.
  return { ...config, main: join(folder, 'worker.js'), minify: false }
}

function bundle(folder: string): void {
  const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
  const options = ['deploy', '--dry-run', '--config', configApart(), '--outdir', folder]
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  }
  const stdio = ['ignore', 'ignore', 'inherit'] as const
  execFileSync(process.execPath, [wrangler, ...options], { cwd: ROOT, env, stdio: [...stdio] })
  // Without its map, which would be read and written with it each time.
  const file = join(folder, 'worker.js')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, ''))
}
