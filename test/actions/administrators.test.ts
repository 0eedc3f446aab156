import {
  BOOTSTRAP,
  ADA,
  BOB,
  type TestDeps,
  depsWith,
  by,
  create,
  update,
  demote,
  remove,
  deps,
  configure,
} from './administrator-setup.ts'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { findAdministrator } from '../../src/actions/administrators/change-administrator.ts'
import { createAdministrator } from '../../src/actions/administrators/create-administrator.ts'
import { letInConfiguredAdministrators } from '../../src/actions/administrators/let-in-configured-administrators.ts'
import type { Administrator } from '../../src/domain/administrator.ts'
import { type Principal } from '../../src/domain/authority.ts'
import { Refusal } from '../../src/domain/errors.ts'
import { d1AuditEvents } from '../../src/storage/ledger/audit-events.ts'
import { openDatabase } from '../../src/storage/database.ts'

/** As a session would have it: what it says of the access may be out of date. */
const as = ({ administratorId: id }: Administrator): Principal => ({
  type: 'administrator',
  id,
  access: 'manage',
})

/** Why it is refused, or that it is done. */
async function refusal(change: Promise<unknown>): Promise<string> {
  try {
    await change
    return 'done'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

const letIn = () => letInConfiguredAdministrators(deps)

async function everybody(): Promise<Record<string, string>> {
  const { items } = await deps.members.list(100, null)
  return Object.fromEntries(items.map(({ email, access }) => [email, access]))
}

const events = async () => d1AuditEvents(openDatabase(env.DB)).since(0, 100)

describe('the last manager', () => {
  it('neither leaves nor gives manage up; a viewer makes no difference', async () => {
    const ada = await create(ADA)
    const viewer = await create(BOB, 'view')
    expect(await refusal(demote(as(ada), ada))).toBe('conflict')
    expect(await refusal(remove(as(ada), ada))).toBe('conflict')
    expect(await refusal(remove(as(ada), viewer))).toBe('done')
    expect(await everybody()).toEqual({ [ADA]: 'manage' })
    expect(await events()).toHaveLength(3)
  })

  it('may get another address, and give manage up once another has it', async () => {
    const ada = await create(ADA)
    const moved = await update(as(ada), ada, { email: 'ada@example.org', access: 'manage' })
    expect(moved).toMatchObject({ email: 'ada@example.org', version: 2 })
    await createAdministrator(deps, by(as(ada)), { email: BOB, access: 'manage' })
    expect(await refusal(demote(as(ada), ada))).toBe('done')
    expect(await everybody()).toEqual({ 'ada@example.org': 'view', [BOB]: 'manage' })
  })

  it('is removed and demoted by who has the bootstrap token', async () => {
    const ada = await create(ADA)
    expect(await refusal(demote(BOOTSTRAP, ada))).toBe('done')
    await update(BOOTSTRAP, ada, { access: 'manage' })
    expect(await refusal(remove(BOOTSTRAP, ada))).toBe('done')
    expect(await everybody()).toEqual({})
  })

  it('remains of two who demote or remove each other at once', async () => {
    for (const change of [demote, remove, demote, remove]) {
      const [ada, bob] = [await create(ADA), await create(BOB)]
      const said = await Promise.all([refusal(change(as(ada), bob)), refusal(change(as(bob), ada))])
      expect(said.sort()).toEqual(['done', 'forbidden'])
      const managers = await deps.administrators.managers(10)
      expect(managers).toHaveLength(1)
      for (const one of [ada, bob]) await refusal(remove(BOOTSTRAP, one))
    }
  })

  it('remains of two who leave at once, each of whom saw the other', async () => {
    for (const change of [demote, remove]) {
      const [ada, bob] = [await create(ADA), await create(BOB)]
      const said = await Promise.all([ada, bob].map((one) => refusal(change(as(one), one))))
      expect(said.sort()).toEqual(['conflict', 'done'])
      expect(await deps.administrators.managers(10)).toHaveLength(1)
      for (const one of [ada, bob]) await refusal(remove(BOOTSTRAP, one))
    }
  })

  it('remains of many who all remove the one before them', async () => {
    const all: Administrator[] = []
    for (let n = 0; n < 6; n++) all.push(await create(`manager-${n}@example.com`))
    const said = await Promise.all(
      all.map((one, n) => refusal(remove(as(one), all.at(n - 1) as Administrator))),
    )
    const left = await deps.administrators.managers(10)
    expect(left.length).toBeGreaterThan(0)
    expect(said.filter((code) => code === 'done')).toHaveLength(all.length - left.length)
  })
})

describe('who changes administrators', () => {
  it('is nobody who was just removed or demoted, whatever their session says', async () => {
    const [ada, bob] = [await create(ADA), await create(BOB)]
    const other = await create('carol@example.com', 'view')
    await demote(BOOTSTRAP, ada)
    await remove(BOOTSTRAP, bob)
    const before = [await everybody(), await events()]
    for (const principal of [as(ada), as(bob)]) {
      const attempts = [
        createAdministrator(deps, by(principal), { email: 'eve@example.com', access: 'manage' }),
        update(principal, ada, { access: 'manage' }),
        update(principal, other, { access: 'manage' }),
        remove(principal, other),
        remove(principal, { ...other, administratorId: 'administrator_none' }),
      ]
      const said = await Promise.all(attempts.map(refusal))
      expect(said).toEqual(attempts.map(() => 'forbidden'))
    }
    expect([await everybody(), await events()]).toEqual(before)
  })

  it('is no machine and no viewer', async () => {
    const ada = await create(ADA, 'view')
    const machine: Principal = { type: 'client', id: 'client_1', permissions: ['clients:manage'] }
    expect(await refusal(remove(machine, ada))).toBe('forbidden')
    expect(await refusal(update(as(ada), ada, { access: 'manage' }))).toBe('forbidden')
    const viewer: Principal = { type: 'administrator', id: ada.administratorId, access: 'view' }
    expect(await refusal(update(viewer, ada, { access: 'manage' }))).not.toBe('done')
    expect(await everybody()).toEqual({ [ADA]: 'view' })
  })
})

it('are told apart by address, also where two are made or moved to it at once', async () => {
  const made = await Promise.all([refusal(create(ADA)), refusal(create(' Ada@Example.COM'))])
  expect(made.sort()).toEqual(['conflict', 'done'])
  const [bob, carol] = [await create(BOB), await create('carol@example.com')]
  const email = 'dan@example.com'
  const moved = await Promise.all(
    [bob, carol].map((one) => refusal(update(BOOTSTRAP, one, { email }))),
  )
  expect(moved.sort()).toEqual(['conflict', 'done'])
  expect(Object.keys(await everybody())).toHaveLength(3)
})

it('are found, with manage the longest-standing first', async () => {
  const [bob, viewer, ada] = [
    await create(BOB),
    await create('viewer@example.com', 'view'),
    await create(ADA),
  ]
  expect(await deps.administrators.managers(10)).toEqual([bob, ada])
  expect(await deps.administrators.managers(1)).toEqual([bob])
  expect(await deps.administrators.findByEmail('viewer@example.com')).toEqual(viewer)
  expect(await deps.administrators.findByEmail('none@example.com')).toBeNull()
  expect(await findAdministrator(deps, ada.administratorId)).toEqual(ada)
})

describe('configured administrators', () => {
  it('cost no read where there are none, and one once all are let in', async () => {
    let reads = 0
    const counting = (from: TestDeps): TestDeps => ({
      ...from,
      ledger: { ...from.ledger, head: () => ((reads += 1), from.ledger.head()) },
      administrators: {
        ...from.administrators,
        neverConfigured: (emails) => ((reads += 1), from.administrators.neverConfigured(emails)),
      },
    })
    expect(await letInConfiguredAdministrators(counting(depsWith()))).toBe(0)
    expect(reads).toBe(0)
    const configured = counting(depsWith(ADA, BOB))
    expect(await letInConfiguredAdministrators(configured)).toBeGreaterThan(0)
    expect(await everybody()).toEqual({ [ADA]: 'manage', [BOB]: 'manage' })
    reads = 0
    expect(await letInConfiguredAdministrators(configured)).toBe(0)
    expect(reads).toBe(1)
  })

  it('are let in once, however many ask at once, by the server itself', async () => {
    configure(ADA, BOB)
    await Promise.all([letIn(), letIn(), letIn()])
    const { items } = await deps.members.list(100, null)
    expect(await events()).toEqual(
      [BOB, ADA].map(() =>
        expect.objectContaining({
          action: 'administrator.created',
          actor: { type: 'system', id: 'portcullis' },
          clientId: null,
          changes: { access: { from: null, to: 'manage' } },
        }),
      ),
    )
    const targets = (await events()).map((event) => event.target)
    const ids = items.map((one) => one.administratorId)
    expect(targets.map(({ id }) => id).sort()).toEqual(ids.sort())
    expect(targets.map(({ type }) => type)).toEqual(['administrator', 'administrator'])
  })

  it('are let in so many at a time, and all in the end', async () => {
    configure(ADA, BOB, 'carol@example.com')
    expect(await letInConfiguredAdministrators(deps, 2)).toBe(2)
    expect(Object.keys(await everybody())).toHaveLength(2)
    expect(await letInConfiguredAdministrators(deps, 2)).toBe(1)
    expect(Object.keys(await everybody())).toHaveLength(3)
  })

  it('do not come back after they were removed, demoted or moved', async () => {
    configure(ADA, BOB, 'carol@example.com')
    await letIn()
    const { items } = await deps.members.list(100, null)
    const [ada, bob, carol] = items as [Administrator, Administrator, Administrator]
    await remove(BOOTSTRAP, ada)
    await demote(BOOTSTRAP, bob)
    await update(BOOTSTRAP, carol, { email: 'carol@example.org' })
    await letIn()
    expect(await everybody()).toEqual({ [BOB]: 'view', 'carol@example.org': 'manage' })
  })

  it('do not come back where they were removed while they were not configured', async () => {
    configure(ADA)
    await letIn()
    configure()
    await remove(BOOTSTRAP, (await deps.administrators.findByEmail(ADA)) as Administrator)
    configure(ADA)
    expect(await letIn()).toBe(0)
    expect(await everybody()).toEqual({})
  })

  it('are let in where one is configured later; others stay as they are', async () => {
    configure(ADA)
    await letIn()
    await remove(BOOTSTRAP, (await deps.administrators.findByEmail(ADA)) as Administrator)
    configure(ADA, BOB)
    await letIn()
    expect(await everybody()).toEqual({ [BOB]: 'manage' })
  })

  it('are not raised where somebody made them before, nor let in after they were removed', async () => {
    const [ada, bob] = [await create(ADA, 'view'), await create(BOB, 'view')]
    configure(ADA, BOB)
    const before = await events()
    await letIn()
    expect([await everybody(), await events()]).toEqual([{ [ADA]: 'view', [BOB]: 'view' }, before])
    await remove(BOOTSTRAP, ada)
    await update(BOOTSTRAP, bob, { email: 'bob@example.org' })
    await letIn()
    expect(await everybody()).toEqual({ 'bob@example.org': 'view' })
  })

  it('are not let in where somebody makes them a viewer first, and removes them', async () => {
    configure(ADA)
    const ada = await create(ADA, 'view')
    await remove(BOOTSTRAP, ada)
    await letIn()
    expect(await everybody()).toEqual({})
  })

  it('leave no other address behind than those that are configured', async () => {
    configure(ADA)
    const bob = await create(BOB)
    await remove(BOOTSTRAP, bob)
    await letIn()
    const noted = await env.DB.prepare('SELECT * FROM portcullis_configured_administrators').all()
    expect(noted.results).toEqual([{ email: ADA }])
  })
})
