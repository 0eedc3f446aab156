import { MINUTE } from '../../domain/time.ts'
import { OPERATIONS } from './operations.ts'
import { pass } from './pass.ts'
import { reserveFor, SEARCH } from './reserve.ts'

const CLIENTS_A_RUN = 500

/**
 * Indexes clients that existed before the search index, or that an older version renamed. It gives
 * way to passes that have waited: until everything is indexed, a search reads along the list.
 */
export const search = pass({
  name: SEARCH,
  operations: OPERATIONS.search,
  period: 10 * MINUTE,
  yields: (run) => reserveFor(run) > 0,
  async step({ searchIndex }) {
    const indexed = await searchIndex.file(CLIENTS_A_RUN)
    return indexed === 0 ? null : indexed
  },
})
