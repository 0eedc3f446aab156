import type { Client } from '../../domain/client.ts'
import type { Deps } from '../../domain/deps.ts'
import type { ClientCredential } from '../../domain/credentials-of.ts'
import type { LookupKeyName, LookupText } from '../../domain/lookup-text.ts'
import type { Finding } from '../../domain/token-finding.ts'
import type { TokenText } from '../../domain/token-text.ts'
import type { DiagnosisDeps } from '../tokens/diagnose-token.ts'

/** Something that the text is, or may be, and whether it works now. */
export type Match = {
  kind: ClientCredential['kind'] | 'access_token' | 'client' | 'signing_key'
  /** The part of the text that led here. */
  by: LookupKeyName | 'token' | 'whole_secret'
  client: Client | null
  credential: ClientCredential | null
  works: boolean
  /** Why it does not work, each reason a sentence. */
  why: string[]
  /** The findings about a token, and its content, unverified; only for a text that is a token. */
  findings?: Finding[]
  text?: TokenText | null
}

export type Lookup = {
  kind: LookupText['kind'] | 'part_of_secret'
  matches: Match[]
  /** Whether more than these match. */
  isCut: boolean
  /** Sentences about the form of the text, and about what cannot be known. */
  notes: string[]
}

export type LookupDeps = DiagnosisDeps & Pick<Deps, 'lookups' | 'clients' | 'verifiers'>
