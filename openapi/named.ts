import type * as v from 'valibot'
import { problemResponse } from '../src/http/admin/shared/response.ts'
import { permissionSchema } from '../src/web/schemas.ts'
import { NOUNS } from './nouns.ts'
import * as oauth from './oauth-schemas.ts'

type Named = Record<string, v.GenericSchema>

/** The schemas that have a name in the document: of requests, as they are validated, and of responses. */
export const NAMED: Named = {
  Permission: permissionSchema,
  ...allOf(NOUNS.map(({ requests = {} }) => requests)),
  ...allOf(NOUNS.map(({ responses = {} }) => responses)),
  Problem: problemResponse,
  Token: oauth.token,
  Introspection: oauth.introspection,
  OAuthError: oauth.oauthError,
  Metadata: oauth.metadata,
  KeySet: oauth.keySet,
}

function allOf(named: Named[]): Named {
  return Object.fromEntries(named.flatMap((schemas) => Object.entries(schemas)))
}
