import type { Description, Operations } from '../src/http/reference/description.ts'
import { streams } from '../src/http/ssf/description.ts'
import { type Json, schemasOf } from './from-valibot.ts'
import { adminKind, type KindOf, oauthKind, publicKind, streamKind } from './kinds.ts'
import { NAMED } from './named.ts'
import { DESCRIPTIONS, NOUNS } from './nouns.ts'
import { oauth, publicDocuments } from './oauth.ts'
import { operationOf } from './paths.ts'
import { sharedRefusals } from './refusals.ts'
import { ISSUER, shared } from './shared.ts'

const ABOUT = `OAuth 2.0 client-credentials authorization server. Suspend a client, and its secrets and tokens are rejected from the very next request on.

Another method than a path knows is 405 with Allow. Every answer of the admin API and of the token, introspection and revocation endpoints is no-store. Problems are RFC 9457, OAuth errors RFC 6749 §5.2. Texts have no control, bidirectional or invisible characters.`

const BASE = '/admin/v1'

const EXAMPLES: Record<string, Json> = {
  ...Object.assign({}, ...DESCRIPTIONS.map(({ examples = {} }) => examples)),
  Introspection: { active: false },
}

/** The document, made from the schemas that validate and the table of routes. */
export function makeDocument(version: string): Json {
  const paths: Record<string, Json> = {}
  const add = (key: string, path: string, operation: Json) => {
    paths[path] = { ...paths[path], [key.split(' ')[0]?.toLowerCase() ?? '']: operation }
  }
  each(oauth.operations, oauthKind(oauth.tag), '', add)
  for (const { tag, operations } of NOUNS) each(operations, adminKind(tag), BASE, add)
  each(streams.operations, streamKind(streams.tag), '', add)
  each(publicDocuments.operations, publicKind(publicDocuments.tag), '', add)
  const schemas = Object.entries(schemasOf(NAMED)).map(([name, schema]) => [
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
    tags: [oauth, ...DESCRIPTIONS, publicDocuments].map(tagOf),
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

function each(operations: Operations, kindOf: KindOf, base: string, add: Add): void {
  for (const [key, described] of Object.entries(operations)) {
    const path = base + (key.split(' ')[1] ?? '')
    add(key, path, operationOf(path, described, kindOf(key)))
  }
}
