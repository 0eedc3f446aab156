import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'
import { ROOT } from './build.ts'

const KIB = 1024

export type Size = { name: string; kib: number; most: number }

/** The size of the Worker as it is uploaded, and of the guard as a bundler ships it. */
export function measureSizes(worker: string): Size[] {
  const { outputFiles } = buildSync({
    entryPoints: [join(ROOT, 'src/guard/index.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
  })
  const guard = outputFiles[0]?.text ?? ''
  return [
    { name: 'the Worker, gzipped', kib: gzipSync(worker).length / KIB, most: 295 },
    { name: 'the guard, gzipped', kib: gzipSync(guard).length / KIB, most: 17 },
  ]
}
