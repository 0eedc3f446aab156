import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onceARun } from './once.ts'
import { copyOfProject } from './start.ts'

const ROOT = join(import.meta.dirname, '../../..')
const FIXTURES = join(ROOT, 'test/e2e/fixtures')

/** The tarball that would be published, in a folder of its own. */
export function packedTarball(): string {
  const packed = onceARun('package', pack)
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-pack-'))
  cpSync(packed, folder, { recursive: true })
  const [name = ''] = readdirSync(folder)
  return join(folder, name)
}

/** It is built in a copy, so that suites do not share a `dist`. */
function pack(folder: string): void {
  const command = ['pack', '--silent', '--pack-destination', folder]
  const copy = copyOfProject()
  execFileSync('npm', command, { cwd: copy, stdio: ['ignore', 'ignore', 'inherit'] })
  rmSync(copy, { recursive: true })
}

/** Throw-away projects beside each other, each with the tarball installed. */
export function projectsWith(tarball: string, ...fixtures: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-installed-'))
  for (const fixture of fixtures) {
    cpSync(join(FIXTURES, fixture), join(folder, fixture), { recursive: true })
    install(tarball, join(folder, fixture))
  }
  return folder
}

/**
 * Does what `npm install` does, without its network: the files of the tarball, and beside them the
 * packages that it names and no others, so that a forgotten one is missing here too. `others`:
 * further packages of the project; `optional`: whether it has the optional peers.
 */
export function install(
  tarball: string,
  project: string,
  { others = [] as string[], optional = true } = {},
): string {
  const installed = join(project, 'node_modules/portcullis')
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
  const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(installed, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>
  const peers = Object.keys(peerDependencies ?? {}).filter(
    (name) => optional || !(name in (peerDependenciesMeta ?? {})),
  )
  const types = ['@cloudflare/workers-types', '@types/node']
  for (const name of [...Object.keys(dependencies ?? {}), ...peers, ...types, ...others]) {
    const link = join(project, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', name), link)
  }
  return installed
}

/** The compiler's errors for a project, one per line. */
export function complaintsOf(project: string, ...flags: string[]): string[] {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  try {
    execFileSync(process.execPath, [tsc, '-p', project, '--pretty', 'false', ...flags])
    return []
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    if (output === '') throw error
    return output.split('\n').filter((line) => line.includes('error TS'))
  }
}
