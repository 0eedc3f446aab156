import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { OnLoadArgs, OnResolveArgs, Plugin } from 'esbuild'
import type { Edit } from '../build.ts'
import { loaded, ROOT, slashed, writeScript } from './bundle.ts'

/** The name by which a worker plants the mistake at this place of the list. */
export const mistakeId = (at: number): string => `mistake ${at}`

/**
 * Tests, and the server with all these mistakes behind switches, as one script: a mistake is planted by naming it to the
 * worker. A source file with mistakes is in the script once as it is and once more for each of them; the modules that
 * import it get the one that is asked for.
 */
export function writePlanted(file: string, testFiles: string[], edits: Edit[]): Promise<void> {
  return writeScript(file, testFiles, switching(edits))
}

const SWITCH = 'switch'

function switching(edits: Edit[]): Plugin {
  const files = new Set(edits.map(({ file }) => file))
  return {
    name: 'planted mistakes',
    setup(building) {
      building.onResolve({ filter: /^\..*\.tsx?$/ }, (asked) => resolved(asked, files))
      building.onLoad({ filter: /./, namespace: SWITCH }, ({ path }) => switchOf(path, edits))
      building.onLoad({ filter: /\.tsx?$/ }, (asked) => moduleOf(asked, edits))
    },
  }
}

/** To a switch, where the file has mistakes and it is not the switch that asks. */
function resolved({ path, resolveDir, namespace }: OnResolveArgs, files: Set<string>) {
  const whole = join(resolveDir, path)
  if (namespace === SWITCH || !files.has(slashed(relative(ROOT, whole)))) return undefined
  // As the package says of all its modules.
  return { path: whole, namespace: SWITCH, sideEffects: false }
}

function switchOf(path: string, edits: Edit[]) {
  const name = slashed(relative(ROOT, path))
  const cases = edits.flatMap(({ file }, at) =>
    file === name
      ? [`case '${mistakeId(at)}': module.exports = require('./${name}?${at}'); break`]
      : [],
  )
  const contents = `switch (__stryker__.activeMutant) {
    ${cases.join('\n')}
    default: module.exports = require('./${name}')
  }`
  return { contents, resolveDir: ROOT }
}

async function moduleOf({ path, suffix }: OnLoadArgs, edits: Edit[]) {
  const edit = edits[Number(suffix.slice(1) || NaN)]
  if (!edit) return loaded(path)
  const source = await readFile(path, 'utf8')
  return loaded(
    path,
    source.replace(edit.find, () => edit.replace),
  )
}
