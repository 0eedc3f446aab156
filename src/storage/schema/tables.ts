import type * as access from './access.ts'
import type * as administrators from './administrators.ts'
import type * as clients from './clients.ts'
import type * as federation from './federation.ts'
import type * as keys from './keys.ts'
import type * as ledger from './ledger.ts'
import type * as status from './status.ts'
import type * as streams from './streams.ts'
import type * as upkeep from './upkeep.ts'

/** The tables by the names of their constants, as types alone: drizzle is not part of the Worker. */
export type Tables = typeof access &
  typeof administrators &
  typeof clients &
  typeof federation &
  typeof keys &
  typeof ledger &
  typeof status &
  typeof streams &
  typeof upkeep
