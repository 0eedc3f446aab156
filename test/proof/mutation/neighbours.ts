import { dirname } from 'node:path'
import type { Mutant } from '@stryker-mutator/api/core'
import type { Dry } from './ask.ts'

/**
 * The mutants beside one of a source file that some test runs. A file whose mutants are all met when it is loaded,
 * such as one of schemas, has those of its folder, or of the folder above: tests of these are likely to be about it.
 */
export function neighboursIn(mutants: readonly Mutant[], dry: Dry[]): (file: string) => string[] {
  const run = new Set(
    dry.flatMap(({ tests }) => tests.flatMap((test) => Object.keys(test.covered))),
  )
  const ran = mutants.filter(({ id }) => run.has(id))
  const idsIn = (place: string) =>
    ran.filter(({ fileName }) => fileName.startsWith(place)).map(({ id }) => id)
  return (file) => {
    const places = [file, dirname(file), dirname(dirname(file))]
    return places.map(idsIn).find((ids) => ids.length > 0) ?? []
  }
}
