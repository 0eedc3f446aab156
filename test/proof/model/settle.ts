import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import type { DenylistEntry } from '../../../src/domain/denylist.ts'
import { checkEveryKey } from './assertions.ts'
import { checkEverySecret, checkTokens, isRefused } from './checks.ts'
import { checkListsSettled } from './lists.ts'
import { logged } from './quiet.ts'
import { clientIn, scopeOf } from './expected.ts'
import { require, requireFacts, type Run } from './run.ts'
import { admin, ask, cron, type Json, MANAGERS } from './world.ts'

/** So long at most until each denylist entry is right, and then until a failed mail is tried again. */
const PAUSES = [61, 61, 61, 61]
const LATER = [3600, 61]
const REMINDER_LEAD = 14 * 86_400

/** Faults end, minutes pass: everything comes right. */
export async function settle(run: Run): Promise<void> {
  const { world } = run
  world.faults.heal()
  world.mail.mode = 'accepts'
  for (const location of world.at) location.skew = 0
  await pass(run, PAUSES)
  requireFacts(run, 13, 'by the cron')
  await checkTokens(run)
  await checkListsSettled(run)
  await checkEverySecret(run)
  await checkEveryKey(run)
  checkDenylist(run)
  await pass(run, LATER)
  await checkKeys(run)
  await checkLog(run)
  checkReminders(run)
  await checkCursors(run)
  checkDisclosure(run)
}

async function pass({ world }: Run, pauses: number[]): Promise<void> {
  for (const pause of pauses) {
    world.clock.now += pause
    const went = await cron(world.oracle)
    require(13, went, () => 'the cron fails where nothing does')
  }
}

/** INV-9: what KV holds is what D1 says. */
function checkDenylist({ world, state, tokens, credentials }: Run): void {
  for (const id of new Set(credentials.map(({ clientId }) => clientId))) {
    // Its tokens are inactive; at the edge, which does not ask the server, they live until they
    // expire.
    if (state.lostClients.includes(id)) continue
    const client = clientIn(state, id)
    const text = world.kv[0]?.stored(`client:${id}`) ?? null
    const entry = text === null ? null : (JSON.parse(text) as DenylistEntry)
    const ofClient = tokens.filter((token) => token.clientId === id && token.exp > world.clock.now)
    for (const token of ofClient) {
      const isDead =
        !client ||
        client.suspended ||
        token.generation < client.generation ||
        state.revoked.includes(token.jti)
      const shown = entry !== null && isRefused(entry, token)
      require(9, shown === isDead, () =>
        `KV ${shown ? 'refuses' : 'lets through'} what D1 does not: ${text}`)
    }
    if (client) {
      require(9, (entry?.suspended ?? false) === client.suspended, () => `KV says ${text}`)
    }
  }
}

/** INV-12: each token that is active verifies with the published keys; one key signs. */
async function checkKeys({ world, state, tokens }: Run): Promise<void> {
  const jwks = await ask(world, world.oracle, '/.well-known/jwks.json', { method: 'GET' })
  const keys = createLocalJWKSet(jwks.body as unknown as JSONWebKeySet)
  const currentDate = new Date(world.clock.now * 1000)
  for (const token of tokens.slice(-4)) {
    if (scopeOf(state, token, world.clock.now) === null) continue
    const verified = await jwtVerify(token.text, keys, { currentDate }).catch(() => null)
    require(12, verified !== null, () => 'a token does not verify with the published keys')
  }
  const listed = await admin(world, world.oracle, 'GET', '/signing-keys')
  const active = (listed.body['data'] as Json[]).filter((key) => key['state'] === 'active')
  require(12, active.length === 1, () => `${active.length} keys are active`)
}

/** INV-14: the log holds together, and ends where it was anchored. */
async function checkLog({ world }: Run): Promise<void> {
  const { body, text } = await admin(world, world.oracle, 'GET', '/audit-events/verification')
  require(14, body['intact'] === true && body['complete'] === true, () => text)
}

/** INV-15: where a page begins is for the server to say. */
async function checkCursors({ world, state }: Run): Promise<void> {
  if (state.clients.length === 0) return
  const path = '/clients?limit=1&cursor='
  const { body } = await admin(world, world.oracle, 'GET', '/clients?limit=1')
  const cursor = body['next_cursor']
  if (typeof cursor !== 'string') return
  const [payload = '', mac = ''] = cursor.split('.')
  const forged = `${payload}.${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`
  const own = await admin(world, world.oracle, 'GET', path + cursor)
  const other = await admin(world, world.oracle, 'GET', path + forged)
  require(15, own.status === 200 && other.status === 400, () => `${own.status} ${other.status}`)
}

/** INV-13: at most once for each secret and recipient; at least once where nothing was lost. */
function checkReminders(run: Run): void {
  const { world, state, mailFailed } = run
  const now = world.clock.now
  for (const to of MANAGERS) {
    for (const client of state.clients) {
      const mails = world.mail.mails.filter((m) => m.to === to && namesIn(m.text).has(client.name))
      const secrets = run.credentials.filter((c) => c.name === client.name).length + run.inDoubt
      // A D1 that was taken back has forgotten what was sent since.
      const bound = secrets * (1 + run.rewinds)
      require(13, mails.length <= bound, () =>
        `${mails.length} mails about ${client.name} to ${to}`)
      const newest = client.secrets.at(-1)
      const left = (newest?.end ?? 0) - now
      const isDue = !client.suspended && !newest?.retiring && left > 0 && left <= REMINDER_LEAD
      require(13, mailFailed || !isDue || mails.length > 0, () =>
        `no mail told ${to} that a secret of ${client.name} ends in ${left} s`)
    }
  }
}

function namesIn(text: string): Set<string> {
  return new Set(text.match(/model \d+/g))
}

/** INV-7: a secret is in one answer alone; no token or assertion in D1, KV, a mail or the log. */
function checkDisclosure({ world, credentials, tokens, assertions }: Run): void {
  const stored =
    world.sqlite.dump() + world.kv[0]?.dump() + JSON.stringify(world.mail.mails) + logged.join('\n')
  for (const { text } of credentials) {
    const answers = world.said.filter((said) => said.text.includes(text))
    require(7, answers.length === 1, () =>
      `a secret is in ${answers.map(({ where }) => where).join()}`)
    require(7, !stored.includes(text), () => 'a secret is stored')
  }
  for (const { text } of tokens) {
    const answers = world.said.filter((said) => said.text.includes(text))
    require(7, answers.length === 1, () =>
      `a token is in ${answers.map(({ where }) => where).join()}`)
    require(7, !stored.includes(text), () => 'a token is stored')
  }
  for (const { fields } of assertions) {
    const text = String(fields['client_assertion'])
    const isTold = stored.includes(text) || world.said.some((said) => said.text.includes(text))
    require(7, !isTold, () => 'an assertion is told or stored')
  }
}
