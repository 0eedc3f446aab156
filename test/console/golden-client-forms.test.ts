import { expect, it } from 'vitest'
import { pemOf } from '../support/client-certificates/presented.ts'
import { makeClientKey, PUBLIC_JWK } from '../support/client-keys.ts'
import { dayAfter, openScene } from './golden/scene.ts'
import { AUDIENCE, clientsOf, furnished } from './golden/things.ts'

it('forms of a client that are refused keep what was typed, and say what is wrong', async () => {
  const scene = await openScene('client-forms-refused')
  const { form } = scene
  const { client, secret, issuer, role } = await furnished(scene)
  const at = `/clients/${client}`
  const seen = { version: '7' }
  const details = {
    client_name: ' ',
    description: 'x'.repeat(1001),
    tags: 'No!',
    contacts: 'nobody',
  }
  const wrong = {
    ...details,
    access_token_lifetime: '1',
    assertion_audience: 'any',
    expires_on: '2046-11-21',
  }
  for (const credential of ['secret', 'certificate']) {
    await form(`create-with-${credential}`, '/clients', { ...wrong, credential })
  }
  await form('create-with-access', '/clients', { client_name: '', roles: role, expires_on: 'soon' })
  await form('details', `${at}/details`, { ...wrong, ...seen, bound: 'both', profile: 'fapi2' })
  await form('details-of-an-older-version', `${at}/details`, { client_name: 'New', version: '1' })
  await form('access', `${at}/access`, { ...seen, permissions: 'nonsense', roles: 'role_unknown' })
  await form('suspension', `${at}/suspension`, { reason: 'x'.repeat(1001) })
  await form('resumption', `${at}/resumption`, { suspended_at: '1' })
  await form('deletion', `${at}/deletion`, { ...seen, confirm: 'another' })
  await form('secret', `${at}/secrets`, {
    ...seen,
    expires_on: '2046-11-21',
    label: 'x'.repeat(101),
  })
  await form('secret-without-a-clock', `${at}/secrets`, { ...seen, activate: 'on_first_use' })
  const retired = { retire_others_in: 'date', retire_others_on: 'soon', expires_on: dayAfter(9) }
  await form('secret-with-a-wrong-date', `${at}/secrets`, { ...seen, ...retired })
  await form('extension', `${at}/secrets/${secret}/extension`, { version: '1' })
  const key = { label: 'x'.repeat(101), expires_on: 'soon', remind: 'yes', ...seen }
  await form('key', `${at}/keys`, { ...key, key: 'nonsense' })
  await form('private-key', `${at}/keys`, {
    ...key,
    key: JSON.stringify({ ...PUBLIC_JWK, d: 'x' }),
  })
  await form('key-that-is-there', `${at}/keys`, { ...seen, key: JSON.stringify(PUBLIC_JWK) })
  await form('certificate', `${at}/certificates`, { ...key, by: 'certificate', pem: 'nonsense' })
  await form('certificate-that-is-there', `${at}/certificates`, { ...seen, pem: pemOf('self') })
  await form('certificate-name', `${at}/certificates`, {
    ...key,
    by: 'name',
    kind: 'san_dns',
    name: '-',
  })
  const rule = { issuer_id: issuer, claims: 'no claim\na=1\na=2', token_lifetime: '1' }
  await form('workload', `${at}/workloads`, { ...key, ...rule })
  await form('workload-without-an-issuer', `${at}/workloads`, { ...seen, subject: 's' })
  expect(await scene.differences()).toBe('')
})

it('a client is made, and everything about it is changed', async () => {
  const scene = await openScene('client-forms')
  const { form, page, server } = scene
  const { client, role, issuer } = await furnished(scene)
  const made = { client_name: 'New', credential: 'secret', expires_on: dayAfter(30), remind: 'yes' }
  await form('created', '/clients', { ...made, roles: role, label: 'CI', tags: 'a b' })
  for (const credential of ['public_key', 'certificate', 'workload']) {
    await form(`created-with-${credential}`, '/clients', { ...made, credential })
  }
  const at = `/clients/${client}`
  const version = async () => (await server.adminOk('GET', at))['version'] ?? etag()
  const etag = async () => {
    const answer = await server.admin('GET', at)
    return /\d+/.exec(answer.headers.get('etag') ?? '')?.[0] ?? ''
  }
  const seen = async () => ({ version: String(await version()), called: 'it' })
  const details = {
    client_name: 'Renamed',
    description: '',
    tags: 'one',
    access_token_lifetime: '60',
  }
  await form('details', `${at}/details`, { ...details, ...(await seen()) })
  const chosen = { permissions: `${AUDIENCE} invoices:write`, ...(await seen()) }
  await form('access', `${at}/access`, { ...chosen, apply_to_issued_tokens: 'yes' })
  const rotated = { expires_on: dayAfter(60), retire_others_in: '3600', label: 'Third' }
  await form('rotated', `${at}/secrets`, { ...rotated, ...(await seen()) })
  const jwk = JSON.stringify({ ...(await makeClientKey()).jwk, kid: 'mine' })
  await form('key', `${at}/keys`, { key: jwk, label: 'Laptop', ...(await seen()) })
  const name = { by: 'name', kind: 'san_dns', name: 'a.example', label: 'DNS' }
  await form('certificate', `${at}/certificates`, { ...name, ...(await seen()) })
  const rule = { issuer_id: issuer, claims: 'repository_id=1\nref=main', label: 'Rule' }
  await form('workload', `${at}/workloads`, { ...rule, ...(await seen()) })
  await form('suspended', `${at}/suspension`, { reason: 'SEC-5' })
  await form('suspended-before', `${at}/suspension`, { reason: 'Another reason' })
  await page('suspended-by-now', `${at}/suspension`)
  const suspended = String(server.clock.now)
  await form('resumed', `${at}/resumption`, { suspended_at: suspended, called: 'Renamed' })
  await form('tokens-revoked', `${at}/token-revocation`, { called: 'Renamed' })
  await form('deleted', `${at}/deletion`, { ...(await seen()), confirm: 'Renamed' })
  expect(await scene.differences()).toBe('')
})

it('credentials are extended and deleted', async () => {
  const scene = await openScene('credential-forms')
  const { form, server } = scene
  const { client, first, secret, key, certificate, rule, issuer } = await furnished(scene)
  const { suspended } = await clientsOf(scene)
  const at = `/clients/${client}`
  const seen = async (path: string) => {
    const answer = await server.admin('GET', path)
    return { version: /\d+/.exec(answer.headers.get('etag') ?? '')?.[0] ?? '', called: 'it' }
  }
  await form('extended', `${at}/secrets/${first}/extension`, await seen(at))
  await form('replaced', `${at}/secrets/${secret}/replacement`)
  await form('secret-deleted', `${at}/secrets/${first}/deletion`, await seen(at))
  await form('key-deleted', `${at}/keys/${key}/deletion`, await seen(at))
  await form('certificate-deleted', `${at}/certificates/${certificate}/deletion`, await seen(at))
  await form('issuer-not-deleted', `/issuers/${issuer}/deletion`, await seen(`/issuers/${issuer}`))
  await form('workload-deleted', `${at}/workloads/${rule}/deletion`, await seen(at))
  await form('deleted-again', `${at}/workloads/${rule}/deletion`, await seen(at))
  await form('issuer-deleted', `/issuers/${issuer}/deletion`, await seen(`/issuers/${issuer}`))
  const ofSuspended = `/clients/${suspended}/secrets`
  await form('rotated-while-suspended', ofSuspended, {
    ...(await seen(`/clients/${suspended}`)),
    expires_on: dayAfter(9),
  })
  const issuers = { preset: 'custom', issuer: 'https://new.example.com', name: 'New' }
  await form('issuer-added', '/issuers', issuers)
  await form('issuer-refused', '/issuers', {
    preset: 'none',
    issuer: 'nowhere',
    keys: 'jwks',
    jwks: '[',
  })
  await form('issuer-there-already', '/issuers', issuers)
  expect(await scene.differences()).toBe('')
})
