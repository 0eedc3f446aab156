import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin, type PluginBuild } from 'esbuild'
import type * as server from '../../src/server.ts'

const ROOT = join(import.meta.dirname, '../..')
// Inside the project, where the packages are found, and where Vitest leaves modules as they are.
const CACHE = join(ROOT, 'node_modules/.cache/portcullis-proof')

/** A piece of the source, by its file from the project's root, and its replacement. */
export type Edit = { file: string; find: string; replace: string }

export type ServerModule = typeof server

/**
 * The server with a planted defect: its sources in one bundle, edited. Throws if a piece is not in
 * its file exactly once, or the file does not belong to the server: a defect that was not planted
 * proves nothing.
 */
export function buildServer(edits: Edit[]): Promise<ServerModule> {
  return buildModule<ServerModule>('src/server.ts', edits)
}

/** The same of another entry point. */
export async function buildModule<Module>(entry: string, edits: Edit[]): Promise<Module> {
  const met = new Set<string>()
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'es2024',
    packages: 'external',
    external: ['cloudflare:*'],
    sourcemap: 'inline',
    logLevel: 'silent',
    plugins: [editing(edits, met)],
  })
  const missed = edits.find(({ file }) => !met.has(file))
  if (missed) throw new Error(`${missed.file} is no part of the server`)
  return (await importText(outputFiles[0]?.text ?? '')) as Module
}

function editing(edits: Edit[], met: Set<string>): Plugin {
  return {
    name: 'edits',
    setup(bundling: PluginBuild) {
      bundling.onLoad({ filter: /\.tsx?$/ }, async ({ path }) => {
        const file = relative(ROOT, path).split(sep).join('/')
        const own = edits.filter((edit) => edit.file === file)
        if (own.length === 0) return null
        met.add(file)
        const contents = own.reduce(edited, await readFile(path, 'utf8'))
        return { contents, loader: path.endsWith('x') ? 'tsx' : 'ts' }
      })
    },
  }
}

function edited(text: string, { file, find, replace }: Edit): string {
  const found = text.split(find)
  if (found.length !== 2) throw new Error(`${file}: ${found.length - 1} times there: ${find}`)
  return found.join(replace)
}

/** Once imported it is in memory: no copy of the server is left behind. */
async function importText(text: string): Promise<unknown> {
  await mkdir(CACHE, { recursive: true })
  const folder = await mkdtemp(join(CACHE, 'server-'))
  try {
    const file = join(folder, 'server.mjs')
    await writeFile(file, text)
    return (await import(pathToFileURL(file).href)) as unknown
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
