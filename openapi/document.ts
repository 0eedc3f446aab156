import type { Description } from '../src/http/reference/description.ts'
import { streams } from '../src/http/ssf/description.ts'
import { wordsOf } from './fields.ts'
import { type Json, schemasOf } from './from-valibot.ts'
import { adminKind, type KindOf, oauthKind, publicKind, streamKind } from './kinds.ts'
import { NAMED, wordsOfNamed } from './named.ts'
import { ALL, NOUNS } from './nouns.ts'
import { oauth, publicDocuments } from './oauth.ts'
import { operationOf } from './paths.ts'
import { sharedRefusals } from './refusals.ts'
import { ISSUER, shared } from './shared.ts'

const ABOUT = `OAuth 2.0 client-credentials authorization server. Suspend a client, and its secrets and tokens are rejected from the very next request on.

A method that a path does not support is answered with 405 and Allow. Every answer of the admin API and of the token, introspection and revocation endpoints is no-store. Problems are RFC 9457, OAuth errors RFC 6749 §5.2.`

const BASE = '/admin/v1'

const EXAMPLES: Record<string, Json> = Object.assign(
  {},
  ...ALL.map(({ examples = {} }) => examples),
)

/** The document, made from the schemas that validate and the table of routes. */
export function makeDocument(version: string): Json {
  const paths: Record<string, Json> = {}
  const add = (key: string, path: string, operation: Json) => {
    paths[path] = { ...paths[path], [key.split(' ')[0]?.toLowerCase() ?? '']: operation }
  }
  each(oauth, oauthKind, '', add)
  for (const noun of NOUNS) each(noun, adminKind, BASE, add)
  each(streams, streamKind, '', add)
  each(publicDocuments, publicKind, '', add)
  // By name: so a reader finds one, and like ones are near each other, which saves 150 bytes.
  const named = Object.entries(schemasOf(NAMED, wordsOfNamed)).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )
  const schemas = named.map(([name, schema]) => [
    name,
    name in EXAMPLES ? { ...schema, examples: [EXAMPLES[name]] } : schema,
  ])
  return {
    openapi: '3.1.0',
    info: {
      title: 'Portcullis',
      version,
      description: ABOUT,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: ISSUER }],
    tags: ALL.map(tagOf),
    // Before the paths, which refer to them: so the document is smaller by 200 bytes when it is compressed.
    components: {
      schemas: Object.fromEntries(schemas),
      responses: sharedRefusals(),
      ...shared,
    },
    paths,
  }
}

const tagOf = ({ tag, about }: Description) => ({ name: tag, description: about })

type Add = (key: string, path: string, operation: Json) => void

function each(noun: Description, kindOf: (tag: string) => KindOf, base: string, add: Add): void {
  for (const [key, described] of Object.entries(noun.operations)) {
    const path = base + (key.split(' ')[1] ?? '')
    add(key, path, operationOf(path, described, kindOf(noun.tag)(key), wordsOf(noun)))
  }
}
