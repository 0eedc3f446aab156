import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

/** The packages that an entry imports, by way of our own files. */
async function packagesOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [join(ROOT, entry)],
    bundle: true,
    write: false,
    outdir: 'unused',
    metafile: true,
    platform: 'neutral',
    packages: 'external',
    logLevel: 'silent',
  })
  const paths = Object.values(metafile.inputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external }) => external)
    .map(({ path }) => path)
  return [...new Set(paths.filter((path) => !isBuiltin(path) && !/^\w+:/.test(path)).map(nameOf))]
}

const nameOf = (path: string) => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path

it('npm start installs every package that it, the Worker and the command line import, in the versions of the root', async () => {
  const imported = [
    ...(await packagesOf('scripts/start.ts')),
    ...(await packagesOf('src/worker.ts')),
    ...(await packagesOf('src/cli/main.ts')),
  ]
  const text = readFileSync(join(ROOT, 'scripts/start/package.json'), 'utf8')
  const { devDependencies } = JSON.parse(text) as { devDependencies: Record<string, string> }
  expect(imported).toEqual(expect.arrayContaining(['hono', 'commander']))
  expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(imported))
  expect(new Set(Object.values(devDependencies))).toEqual(new Set(['*']))
})
