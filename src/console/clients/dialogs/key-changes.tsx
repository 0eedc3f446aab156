import type { Client } from '../../../domain/client.ts'
import { isUnexpired } from '../../../domain/lasting.ts'
import type { PublicKey } from '../../../domain/public-key.ts'
import type { Seconds } from '../../../domain/time.ts'
import { Called } from '../../kit/versions.tsx'
import { expiryInWords } from '../../kit/words.ts'
import { keyName } from '../key-name.ts'
import type { Change } from './change-page.tsx'
import { LastOne } from './last-credential.tsx'

export function deleteKeyChange(client: Client, key: PublicKey, now: Seconds): Change {
  const isLive = isUnexpired(key, now)
  return {
    title: { before: 'Delete public key', name: keyName(key), after: '?' },
    label: 'Delete public key',
    isDanger: true,
    path: `/keys/${key.keyId}/deletion`,
    call: {
      method: 'DELETE',
      path: `/keys/${key.keyId}`,
      command: `keys delete ${client.clientId} ${key.keyId} --yes`,
    },
    body: (
      <>
        <Called name={keyName(key)} />
        <p>
          {isLive
            ? 'Assertions signed with its private key are refused from the next request on'
            : `This credential ${expiryInWords(key.expiresAt ?? 0, now)}`}
          . Tokens already issued keep working. {isLive && <LastOne {...{ client, now }} />}
        </p>
      </>
    ),
  }
}
