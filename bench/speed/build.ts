import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from './scratch.ts'

export const ROOT = join(import.meta.dirname, '../..')
export const COMPATIBILITY_DATE = '2026-10-20'

/** The Worker as it is deployed: what `wrangler deploy` would upload. */
export function builtPortcullis(): string {
  return dryRun([])
}

/** Another Worker, built by wrangler too, as a user of it would. */
export function builtWorker(main: string): string {
  const config = join(mkdtempSync(join(scratch(), 'config-')), 'wrangler.json')
  const settings = { name: 'bench', main, compatibility_date: COMPATIBILITY_DATE, minify: true }
  writeFileSync(config, JSON.stringify(settings))
  return dryRun(['--config', config])
}

function dryRun(flags: string[]): string {
  const out = mkdtempSync(join(scratch(), 'built-'))
  const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
  execFileSync(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', out, ...flags], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const script = readdirSync(out).find((name) => name.endsWith('.js')) ?? ''
  return readFileSync(join(out, script), 'utf8')
}
