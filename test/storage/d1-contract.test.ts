import { env } from 'cloudflare:workers'
import { d1Contract } from '../doubles/contracts/d1.ts'
import { faultyD1 } from '../doubles/faults.ts'
import { watchedDatabase } from '../support/counting.ts'

d1Contract('real D1', () => env.DB)
d1Contract('real D1 behind faults that do not happen', () => faultyD1(env.DB, () => null))
d1Contract('real D1 that is watched', () => watchedDatabase(env.DB, () => {}))
