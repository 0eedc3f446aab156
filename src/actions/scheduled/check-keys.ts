import { Unavailable } from '../../domain/errors.ts'
import { isMissing, keyUses, useInWords } from '../../domain/key-use.ts'
import { HOUR } from '../../domain/time.ts'
import { OPERATIONS } from './operations.ts'
import { pass } from './pass.ts'

/**
 * Checks whether a key version still in use was removed from the configuration: data that depends
 * on it is refused, and a right secret is answered with 503. Reported each minute until it is back.
 */
export const keys = pass({
  name: 'keys',
  operations: OPERATIONS.keys,
  period: HOUR,
  async step(deps, { now }) {
    const missing = keyUses(deps.keyVersions, await deps.keyUses.count(now)).filter(isMissing)
    if (missing.length === 0) return null
    const detail = `a version that is needed is not there (${missing.map(useInWords).join(', ')})`
    const names = missing.map(({ name }) => name)
    throw new Unavailable('configuration', detail, [...new Set(names)])
  },
})
