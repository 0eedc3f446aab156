import { env } from 'cloudflare:workers'
import { beforeEach, expect, it } from 'vitest'
import type { Member } from '../../../src/domain/member.ts'
import { d1Members, memberStatements } from '../../../src/storage/administrators/members.ts'
import { openDatabase } from '../../../src/storage/database.ts'

const db = openDatabase(env.DB)
const members = d1Members(db)

const memberOf = (administratorId: string, changes: Partial<Member> = {}): Member => ({
  administratorId,
  email: 'eve@example.com',
  access: 'view',
  createdAt: 1,
  updatedAt: 2,
  version: 3,
  issuer: 'https://idp.example',
  subject: administratorId,
  blockedAt: null,
  ...changes,
})

const eve = memberOf('administrator_1')
const renamed = memberOf('administrator_2', { email: 'eva@example.com', access: 'manage' })
const blocked = memberOf('administrator_3', { issuer: '', subject: null, blockedAt: 7 })

beforeEach(async () => {
  const writes = [eve, renamed, blocked].map((after) => ({ before: null, after }))
  await db.batch(writes.flatMap((write) => memberStatements({ kind: 'member', ...write })))
})

it('are found by their id, and by their address', async () => {
  expect(await members.find('administrator_2')).toEqual(renamed)
  expect(await members.find('administrator_9')).toBeNull()
  expect(await members.findByEmail('eve@example.com')).toEqual([eve, blocked])
  expect(await members.findByEmail('ada@example.com')).toEqual([])
})

it('are like a person by the address, or by what the provider calls them', async () => {
  const like = async (issuer: string) => {
    const person = { email: 'eve@example.com', issuer, subject: 'administrator_2' }
    const all = await members.like(person)
    return all.toSorted((a, b) => a.administratorId.localeCompare(b.administratorId))
  }
  expect(await like('https://idp.example')).toEqual([eve, renamed, blocked])
  expect(await like('https://other.example')).toEqual([eve, blocked])
})

it('are listed by their address, page by page', async () => {
  const first = await members.list(2, null)
  expect(first.items).toEqual([renamed, eve])
  expect(await members.list(2, first.next)).toEqual({ items: [blocked], next: null })
})

it('are changed, and go', async () => {
  const after = { ...eve, blockedAt: 9, version: 4, email: 'e@example.com' }
  await db.batch([
    ...memberStatements({ kind: 'member', before: eve, after }),
    ...memberStatements({ kind: 'member', before: renamed, after: null }),
  ])
  expect((await members.list(9, null)).items).toEqual([after, blocked])
})
