import { join } from 'node:path'
import { buildSync } from 'esbuild'

/** One of our own modules that run in workerd, with what it imports. */
export function workerModule(name: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, 'workers', name)],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    write: false,
    external: ['cloudflare:*'],
  })
  return outputFiles[0]?.text ?? ''
}
