import type * as v from 'valibot'
import { problemResponse } from '../src/http/admin/shared/response.ts'
import * as oauth from '../src/http/oauth/response.ts'
import { permissionSchema } from '../src/web/schemas.ts'
import { DESCRIPTIONS } from './nouns.ts'

type Named = Record<string, v.GenericSchema>

/** The schemas that have a name in the document: of requests, as they are validated, and of responses. */
export const NAMED: Named = {
  Permission: permissionSchema,
  ...allOf(DESCRIPTIONS.map(({ requests = {} }) => requests)),
  ...allOf(DESCRIPTIONS.map(({ responses = {} }) => responses)),
  Problem: problemResponse,
  Token: oauth.tokenResponse,
  Introspection: oauth.introspectionResponse,
  OAuthError: oauth.oauthErrorResponse,
  Metadata: oauth.metadataResponse,
  KeySet: oauth.keySetResponse,
}

function allOf(named: Named[]): Named {
  return Object.fromEntries(named.flatMap((schemas) => Object.entries(schemas)))
}
