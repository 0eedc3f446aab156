import { describe, expect, it } from 'vitest'
import type { GuardOptions } from '../../src/guard/index.ts'
import { outcome, scriptedIssuer, UNREACHABLE } from './issuers.ts'

// A clock may be set back while a guard runs: what it remembers is then of the future, and of an unknown age.

const INACTIVE = '401 invalid_token'
const DOWN = () => new Response('no', { status: 500 })

/** A guard that has let a token pass, whose clock is then set back by an hour. */
async function setBack(more: Partial<GuardOptions>, by = 3600) {
  const issuer = await scriptedIssuer()
  const options: GuardOptions = { ...issuer.options, ...more }
  const token = await issuer.sign({ iat: issuer.clock.now - 2 * by })
  expect(await outcome(token, options)).toBe('passes')
  issuer.clock.now -= by
  const ask = () => outcome(token, options)
  return { ...issuer, ask }
}

describe('where the clock is set back', () => {
  it.each([
    ['0', {}],
    ['0, and old answers are allowed', { whenUnreachable: 'allow-for', allowFor: 10 }],
    ['10', { maxStaleness: 10 }],
  ] as const)('the server is asked (maxStaleness %s)', async (_, more) => {
    const { ask, script } = await setBack(more)
    script.introspection = () => Response.json({ active: false })
    expect(await ask()).toBe(INACTIVE)
  })

  it('an answer of before is none for a server that is down', async () => {
    const { ask, script } = await setBack({ whenUnreachable: 'allow-for', allowFor: 10 })
    script.introspection = DOWN
    expect(await ask()).toBe(UNREACHABLE)
  })

  it('what the server says from then on is remembered in its place', async () => {
    const { ask, script, clock } = await setBack({ whenUnreachable: 'allow-for', allowFor: 10 })
    script.introspection = () => Response.json({ active: false })
    expect(await ask()).toBe(INACTIVE)
    script.introspection = DOWN
    clock.now += 3600
    expect(await ask()).toBe(UNREACHABLE)
  })

  it('an entry of the denylist of before is none for a KV that is down', async () => {
    let isDown = false
    const denylist = {
      get: async () => {
        if (isDown) throw new Error('KV GET failed: 500')
        return null
      },
    }
    const more = { maxStaleness: 60, denylist, whenUnreachable: 'allow-for', allowFor: 10 } as const
    const { ask } = await setBack(more)
    isDown = true
    expect(await ask()).toBe(UNREACHABLE)
  })
})
