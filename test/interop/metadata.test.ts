import { discoverAuthorizationServerMetadata as discoverV1 } from '@modelcontextprotocol/sdk/client/auth.js'
import { discoverAuthorizationServerMetadata as discoverV2 } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getToken as msal } from './clients/msal-node.ts'
import { getToken as oauth4webapi } from './clients/oauth4webapi.ts'
import { getToken as openidClient } from './clients/openid-client.ts'
import { getToken as openidClient5 } from './clients/openid-client5.ts'
import { type Document, doctored } from './support/doctored.ts'
import { AUDIENCE, type Here, openPlace, type Place } from './support/place.ts'
import { debianVersion, printedBy } from './support/programs.ts'
import { closeServers } from './support/served.ts'

// The libraries that refuse metadata without certain members, as docs/decisions/0018 says.

let place: Place
let here: Here

beforeAll(async () => {
  place = await openPlace()
  here = await place.newcomer(AUDIENCE, await place.register(AUDIENCE))
})

afterAll(async () => {
  closeServers()
  await place.close()
})

const found = async (document: Promise<unknown>) => {
  if (!(await document)) throw new Error('none was found')
}
const authlib = (document: Document) => (here: Here) =>
  printedBy('clients/metadata.py', here, document)

const ENDPOINT = 'authorization_endpoint'
const RESPONSES = 'response_types_supported'
const SUBJECTS = 'subject_types_supported'
const ALGORITHMS = 'id_token_signing_alg_values_supported'

type Reader = {
  name: string
  /** The one document that there is for it. */
  only?: Document
  read: (here: Here) => Promise<unknown>
  demands: string[]
}

const OPENID = 'openid-configuration'
const mcp = (name: string, discover: typeof discoverV1 | typeof discoverV2): Reader[] => {
  const read = ({ issuer }: Here) => found(discover(issuer))
  return [
    { name, read, demands: [ENDPOINT, RESPONSES] },
    { name, only: OPENID, read, demands: [ENDPOINT, RESPONSES, SUBJECTS, ALGORITHMS] },
  ]
}
const READERS: Reader[] = [
  ...mcp('@modelcontextprotocol/sdk', discoverV1),
  ...mcp('@modelcontextprotocol/client', discoverV2),
  { name: 'msal-node', read: msal, demands: [ENDPOINT] },
  { name: 'oauth4webapi', read: oauth4webapi, demands: [] },
  { name: 'openid-client 6', read: openidClient, demands: [] },
  { name: 'openid-client 5', read: openidClient5, demands: [] },
]
const OAUTH = 'oauth-authorization-server'
const AUTHLIB: Reader[] = [
  { name: 'Authlib', only: OAUTH, read: authlib(OAUTH), demands: [RESPONSES] },
  {
    name: 'Authlib',
    only: OPENID,
    read: authlib(OPENID),
    demands: [RESPONSES, SUBJECTS, ALGORITHMS],
  },
]
const isHere = debianVersion('python3-authlib') !== null
if (!isHere) console.log('Authlib (Python) is not on this machine, and not run')
const readers = [...READERS, ...(isHere ? AUTHLIB : [])]

const named = (reader: Reader) => ({ ...reader, document: reader.only ?? 'both documents' })

type Change = Parameters<typeof doctored>[1]
const without =
  (member: string): Change =>
  (metadata) =>
    Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== member))

async function isRead({ read, only }: Reader, change: Change): Promise<boolean> {
  const door = await doctored(place.issuer, change, only)
  const isFine = await read({ ...here, issuer: door.url }).then(
    () => true,
    () => false,
  )
  door.close()
  return isFine
}

it.concurrent.each(readers.map(named))('what $name demands of $document', async (reader) => {
  expect(await isRead(reader, (as) => as)).toBe(true)
  const refused = []
  for (const member of [ENDPOINT, RESPONSES, SUBJECTS, ALGORITHMS]) {
    if (!(await isRead(reader, without(member)))) refused.push(member)
  }
  expect(refused).toEqual(reader.demands)
})

it.each(readers.filter(({ name }) => name === 'Authlib').map(named))(
  '$name takes an empty list of response types for none, of $document',
  async (reader) => {
    expect(await isRead(reader, (as) => ({ ...as, [RESPONSES]: [] }))).toBe(false)
  },
)
