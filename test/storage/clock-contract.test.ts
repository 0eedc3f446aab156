import { env } from 'cloudflare:workers'
import { readOptions } from '../../src/options.ts'
import { clockContract } from '../doubles/contracts/clock.ts'

const { now } = readOptions({ issuer: 'https://auth.example', bindings: () => ({}) as never })

clockContract('the clock of workerd', () => ({ now, d1: env.DB }))
