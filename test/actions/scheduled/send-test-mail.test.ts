import { describe, expect, it } from 'vitest'
import { sendTestMail } from '../../../src/actions/scheduled/send-test-mail.ts'
import type { Administrator } from '../../../src/domain/administrator.ts'
import type { Principal } from '../../../src/domain/authority.ts'
import type { Mail } from '../../../src/domain/mail.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryLedger } from '../memory.ts'
import { BOOTSTRAP, unasked } from '../one-client.ts'

const person = (name: string, access: Administrator['access']): Administrator => ({
  administratorId: `administrator_${name}`,
  email: `${name}@example.com`,
  access,
  createdAt: NOW,
  updatedAt: NOW,
  version: 1,
})
const [ADA, BOB, EVE] = [person('ada', 'manage'), person('bob', 'manage'), person('eve', 'view')]
const as = ({ administratorId: id, access }: Administrator): Principal => ({
  type: 'administrator',
  id,
  access,
})

/** A server with these administrators, the longest-standing first. */
function serverWith(...people: Administrator[]) {
  const mails: Mail[] = []
  const ledger = memoryLedger()
  const deps = {
    ...ledger.deps,
    configuredAdministrators: [] as string[],
    administrators: {
      find: async (id: string) => people.find((one) => one.administratorId === id) ?? null,
      findByEmail: async (email: string) => people.find((one) => one.email === email) ?? null,
      managers: async (limit: number) =>
        people.filter(({ access }) => access === 'manage').slice(0, limit),
      neverConfigured: async (emails: string[]) => emails,
      list: unasked,
    },
    mailer: {
      name: 'smtp' as const,
      missing: null,
      deduplicates: false,
      send: async (mail: Mail) => {
        mails.push(mail)
        return { outcome: 'refused' as const, detail: 'no such mailbox' }
      },
    },
  }
  return { ...ledger, deps, mails }
}

describe('a test mail', () => {
  it('goes to the administrator who asks for it, and says what became of it', async () => {
    const { deps, mails } = serverWith(ADA, BOB, EVE)
    const delivery = { outcome: 'refused', detail: 'no such mailbox' }
    for (const { email, ...one } of [BOB, EVE]) {
      const answer = { email, mailer: 'smtp', delivery }
      expect(await sendTestMail(deps, as({ email, ...one }), undefined)).toEqual(answer)
    }
    expect(mails).toEqual(
      [BOB, EVE].map(({ email }) => ({
        messageId: expect.stringMatching(/^[0-9A-Za-z]{22}$/) as string,
        to: email,
        letter: { kind: 'test', now: NOW },
      })),
    )
    expect(mails[0]?.messageId).not.toBe(mails[1]?.messageId)
  })

  it('goes to the longest-standing manager where the bootstrap token asks, or one who was removed', async () => {
    const { deps } = serverWith(EVE, ADA, BOB)
    const removed = as(person('removed', 'manage'))
    for (const principal of [BOOTSTRAP, removed]) {
      expect(await sendTestMail(deps, principal, undefined)).toMatchObject({ email: ADA.email })
    }
  })

  it('goes to nobody whose id a machine has', async () => {
    const { deps } = serverWith(ADA, BOB)
    const machine: Principal = { type: 'client', id: BOB.administratorId, permissions: [] }
    expect(await sendTestMail(deps, machine, undefined)).toMatchObject({ email: ADA.email })
  })

  it('goes to the administrator that is named, in whatever spelling', async () => {
    const { deps } = serverWith(ADA, EVE)
    for (const principal of [BOOTSTRAP, as(ADA)]) {
      const sent = await sendTestMail(deps, principal, ' Eve@Example.com')
      expect(sent.email).toBe(EVE.email)
    }
  })

  it.each(['stranger@example.com', 'no address', ''])('goes to no stranger: %j', async (wanted) => {
    const { deps, mails } = serverWith(ADA)
    const fields = [{ field: 'email', detail: 'must be the address of an administrator' }]
    const refusal = { code: 'invalid_fields', extras: { fields } }
    await expect(sendTestMail(deps, as(ADA), wanted)).rejects.toMatchObject(refusal)
    expect(mails).toEqual([])
  })

  it('is refused where nobody has manage access', async () => {
    const { deps, mails } = serverWith(EVE)
    await expect(sendTestMail(deps, BOOTSTRAP, undefined)).rejects.toMatchObject({
      code: 'conflict',
      message: 'There is no administrator with manage access to send it to.',
    })
    expect(mails).toEqual([])
  })

  it('lets those in first who are configured', async () => {
    const { deps, events } = serverWith(ADA)
    deps.configuredAdministrators.push('new@example.com')
    await sendTestMail(deps, BOOTSTRAP, undefined)
    expect(events).toMatchObject([{ action: 'administrator.created' }])
  })
})
