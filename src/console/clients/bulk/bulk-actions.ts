import type { BulkChange } from '../../../actions/clients/change-clients.ts'
import type { Client } from '../../../domain/client.ts'
import { countedInWords } from '../../../domain/count.ts'
import { minuteInUtc } from '../../kit/words.ts'

/** A change of many clients that the console offers: its words for the question and for the result. */
export type BulkAction = {
  action: BulkChange['action']
  /** Beneath `/clients/bulk`. */
  path: string
  /** In the question and on its button: `Suspend access of 3 API clients?`. */
  verb: string
  /** In the result: `Suspended 3 API clients`. */
  done: string
  isDanger?: boolean
  /** The consequences, for one client and for several. */
  means: [one: string, several: string]
  /** Says why nothing is left to do for a client; null if something is. */
  already: (client: Client) => string | null
  /** Must be typed besides: the tags to add or to remove, or the number of clients. */
  asks?: 'add' | 'remove' | 'number'
}

export const BULK_ACTIONS: BulkAction[] = [
  {
    action: 'suspend',
    path: 'suspension',
    verb: 'Suspend access of',
    done: 'Suspended',
    isDanger: true,
    means: [
      'From the next request on, this client can’t get tokens and the ones it has are rejected. Nothing is deleted: after you resume access, the same credentials and tokens work again, unless they have expired or been revoked.',
      'From the next request on, these clients can’t get tokens and the ones they have are rejected. Nothing is deleted: after you resume access, the same credentials and tokens work again, unless they have expired or been revoked.',
    ],
    already: ({ suspension }) => suspension && `Already suspended, ${whySuspended(suspension)}`,
  },
  {
    action: 'resume',
    path: 'resumption',
    verb: 'Resume access of',
    done: 'Resumed',
    means: [
      'Its remaining credentials and tokens work again. Whatever has expired, ended or been revoked stays that way.',
      'Their remaining credentials and tokens work again. Whatever has expired, ended or been revoked stays that way.',
    ],
    already: ({ suspension }) => (suspension ? null : 'Not suspended'),
  },
  {
    action: 'revoke_tokens',
    path: 'token-revocation',
    verb: 'Revoke all tokens of',
    done: 'Revoked all tokens of',
    isDanger: true,
    means: [
      'All tokens issued so far stop working permanently. The client can get new ones with the credentials it has.',
      'All tokens issued so far stop working permanently. The clients can get new ones with the credentials they have.',
    ],
    already: () => null,
  },
  {
    action: 'tag',
    asks: 'add',
    path: 'tags',
    verb: 'Tag',
    done: 'Tagged',
    means: [
      'Tags are labels to find clients by. They change nothing else about this client.',
      'Tags are labels to find clients by. They change nothing else about these clients.',
    ],
    already: () => null,
  },
  {
    action: 'tag',
    asks: 'remove',
    path: 'tag-removal',
    verb: 'Remove tags from',
    done: 'Removed tags from',
    means: [
      'If it has none of these tags it stays as it is.',
      'Clients that have none of these tags stay as they are.',
    ],
    already: () => null,
  },
  {
    action: 'delete',
    asks: 'number',
    path: 'deletion',
    verb: 'Permanently delete',
    done: 'Deleted',
    isDanger: true,
    means: [
      'From the next request on, all its credentials and tokens are rejected permanently. This can’t be undone: to stop this client for a while, suspend it.',
      'From the next request on, all their credentials and tokens are rejected permanently. This can’t be undone: to stop these clients for a while, suspend them.',
    ],
    already: () => null,
  },
]

function whySuspended({ at, reason }: NonNullable<Client['suspension']>): string {
  return reason ?? `since ${minuteInUtc(at)}`
}

/** `3 API clients`. */
export function clientsInWords(count: number): string {
  return countedInWords(count, 'API client')
}
