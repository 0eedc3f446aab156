import { administrators } from '../src/http/admin/administrators/description.ts'
import { apis } from '../src/http/admin/apis/description.ts'
import { audit } from '../src/http/admin/audit/description.ts'
import { clients } from '../src/http/admin/clients/description.ts'
import { certificates } from '../src/http/admin/clients/certificate-description.ts'
import { keys } from '../src/http/admin/clients/key-description.ts'
import { rights } from '../src/http/admin/clients/right-description.ts'
import { secrets } from '../src/http/admin/clients/secret-description.ts'
import { events } from '../src/http/admin/events/description.ts'
import { federation } from '../src/http/admin/federation/description.ts'
import { imports } from '../src/http/admin/imports/description.ts'
import { incidents } from '../src/http/admin/incidents/description.ts'
import { lookups } from '../src/http/admin/lookups/description.ts'
import { reminders } from '../src/http/admin/reminders/description.ts'
import { roles } from '../src/http/admin/roles/description.ts'
import { signingKeys } from '../src/http/admin/signing-keys/description.ts'
import { problemResponse } from '../src/http/admin/shared/response.ts'
import type { Description } from '../src/http/reference/description.ts'
import { streams } from '../src/http/ssf/description.ts'
import { oauth, publicDocuments } from './oauth.ts'

/** The nouns of the admin API, in the order of the document. */
export const NOUNS: Description[] = [
  clients,
  rights,
  secrets,
  keys,
  federation,
  certificates,
  apis,
  roles,
  administrators,
  signingKeys,
  audit,
  reminders,
  events,
  lookups,
  incidents,
  imports,
]

/** Those whose requests are validated by schemas. */
export const DESCRIPTIONS: Description[] = [...NOUNS, streams]

/** All, in the order of the tags. */
export const ALL: Description[] = [oauth, ...DESCRIPTIONS, publicDocuments]

/** Belongs to no noun. The fields are true wherever a field has this name. */
export const SHARED = {
  requests: {},
  responses: { Problem: problemResponse },
  fields: {
    next_cursor: 'Where the next page begins; null on the last.',
    errors: 'What is wrong with which field; a nested one with dots.',
  } as Record<string, string>,
}
