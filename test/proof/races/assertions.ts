import { assertedBy, type ClientKey, makeClientKey } from '../../support/client-keys.ts'
import { tokensReturn } from './after.ts'
import { DEAD } from './losses.ts'
import {
  type Effect,
  introspect,
  type Operation,
  type State,
  suspend,
  tokenOf,
} from './operations.ts'
import { FIRST_KEY, type Pair, type Signer, type Start } from './pair.ts'

// INV-23: an assertion is accepted once, and none whose key is gone.

const SECOND_KEY = 'second'

/** An assertion of the client, signed when it is first sent. It is known by when it expires. */
type Assertion = { kid: string; exp: number; fields: () => Promise<Record<string, string>> }

function signerOf({ signer }: Start): Signer {
  if (!signer) throw new Error('the client has no key here')
  return signer
}

/** `nth`: every other one of a race has another number. */
function assertion(start: Start, nth: number, own?: { kid: string; key: Promise<ClientKey> }) {
  const { key, now } = signerOf(start)
  const exp = now() + 60 + nth
  let fields: Promise<Record<string, string>> | undefined
  const sign = async () => assertedBy(own ? await own.key : key, start.client.id, exp, { exp })
  const made: Assertion = { kid: own?.kid ?? FIRST_KEY, exp, fields: () => (fields ??= sign()) }
  return made
}

/** Whether it proves the client, and the state in which it is used up then. */
function proofBy(state: State, { kid, exp }: Assertion): State | null {
  if (state.isDeleted || !state.publicKeys.includes(kid) || state.used.includes(exp)) return null
  return using(state, exp)
}

function using(state: State, exp: number): State {
  return { ...state, used: [...state.used, exp].sort((a, b) => a - b) }
}

function issueBy(one: Assertion): Operation {
  return {
    name: `issue by ${one.kid}`,
    run: async (isolate, id) => {
      const fields = { grant_type: 'client_credentials', ...(await one.fields()) }
      return isolate.post('/oauth/token', fields, id)
    },
    effect: (state) => {
      const after = proofBy(state, one)
      if (!after) return { status: DEAD }
      if (state.isSuspended) return { status: DEAD, after }
      const isTrue: Effect['isTrue'] = (body) => tokenOf(body).generation === state.generation
      return { status: 200, after, isTrue }
    },
  }
}

/** Revokes a token of its own. If the key goes meanwhile, the assertion may be used up for nothing. */
function revokeBy({ tokens: [{ text, jti }] }: Start, one: Assertion): Operation {
  return {
    name: `revoke by ${one.kid}`,
    run: async (isolate, id) =>
      isolate.post('/oauth/revoke', { token: text, ...(await one.fields()) }, id),
    effect: (state) => revocation(state, one, jti),
    halfway: (state) => {
      if (state.publicKeys.includes(one.kid)) return revocation(state, one, jti)
      return { status: DEAD, after: using(state, one.exp) }
    },
  }
}

function revocation(state: State, one: Assertion, jti: string): Effect {
  const after = proofBy(state, one)
  if (!after) return { status: DEAD }
  if (state.revoked.includes(jti)) return { status: 200, after }
  const revoked = [...state.revoked, jti].sort()
  return { status: 200, events: ['token.revoked'], after: { ...after, revoked } }
}

function deleteKey(start: Start, next: Operation[]): Operation {
  const path = `/clients/${start.client.id}/keys/${signerOf(start).keyId}`
  return {
    name: 'delete key',
    takesFrom: start.client.id,
    run: (isolate, id) => isolate.admin('DELETE', path, undefined, id),
    effect: (state) => {
      const publicKeys = state.publicKeys.filter((kid) => kid !== FIRST_KEY)
      return { status: 204, events: ['public_key.deleted'], after: { ...state, publicKeys } }
    },
    next: () => next,
  }
}

function addKey({ client }: Start, key: Promise<ClientKey>, next: Operation[]): Operation {
  return {
    name: 'add key',
    run: async (isolate, id) => {
      const jwk = { ...(await key).jwk, kid: SECOND_KEY }
      return isolate.admin('POST', `/clients/${client.id}/keys`, { jwk }, id)
    },
    effect: (state) => {
      const publicKeys = [...state.publicKeys, SECOND_KEY].sort()
      return { status: 201, events: ['public_key.created'], after: { ...state, publicKeys } }
    },
    next: () => next,
  }
}

/** The new key works as soon as it is there, and then the old one goes. */
function replacement(start: Start): Operation[] {
  const own = { kid: SECOND_KEY, key: makeClientKey() }
  const bySecond = (nth: number) => issueBy(assertion(start, nth, own))
  const deletion = deleteKey(start, [issueBy(assertion(start, 5)), bySecond(4)])
  return [
    addKey(start, own.key, [deletion, bySecond(3)]),
    issueBy(assertion(start, 1)),
    issueBy(assertion(start, 2)),
  ]
}

const RACES: Pair[] = [
  {
    name: 'one assertion twice',
    starts: ['keyed'],
    operations: (start) => {
      const one = assertion(start, 1)
      return [issueBy(one), issueBy(one)]
    },
  },
  {
    name: 'assertions and the deletion of their key',
    starts: ['keyed'],
    operations: (start) => [
      deleteKey(start, [issueBy(assertion(start, 3))]),
      issueBy(assertion(start, 1)),
      issueBy(assertion(start, 2)),
    ],
  },
  {
    name: 'assertions and the suspension of their client',
    starts: ['keyed'],
    operations: (start) => {
      const later = [issueBy(assertion(start, 3)), introspect(start.tokens[0], start.caller)]
      return [
        { ...suspend(start.client), next: () => later },
        issueBy(assertion(start, 1)),
        issueBy(assertion(start, 2)),
      ]
    },
    after: tokensReturn,
  },
  { name: 'assertions and a new key for the old one', starts: ['keyed'], operations: replacement },
  {
    name: 'a revocation and the deletion of the key used',
    starts: ['keyed'],
    operations: (start) => [
      deleteKey(start, [revokeBy(start, assertion(start, 3))]),
      revokeBy(start, assertion(start, 1)),
      revokeBy(start, assertion(start, 2)),
    ],
  },
]

export const ASSERTIONS = RACES.map((race): Pair => ({ ...race, minutes: 1 }))
