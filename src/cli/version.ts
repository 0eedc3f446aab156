import { readFileSync } from 'node:fs'

/** The package's own version; its file is equally far from the build and from the source. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
