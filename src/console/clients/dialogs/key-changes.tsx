import type { Client } from '../../../domain/client.ts'
import { isUnexpired } from '../../../domain/lasting.ts'
import type { PublicKey } from '../../../domain/public-key.ts'
import type { Seconds } from '../../../domain/time.ts'
import { Called } from '../../kit/confirm.tsx'
import { expiryInWords } from '../../kit/words.ts'
import { keyName } from '../key-name.ts'
import type { Change } from './change-dialog.tsx'
import { LastOne } from './last-credential.tsx'

export function deleteKeyChange(client: Client, key: PublicKey, now: Seconds): Change {
  const isLive = isUnexpired(key, now)
  return {
    id: `delete-${key.keyId}`,
    title: `Delete public key ${keyName(key)}?`,
    label: 'Delete public key',
    danger: true,
    path: `/keys/${key.keyId}/deletion`,
    body: (
      <>
        <Called name={keyName(key)} />
        <p>
          {isLive
            ? 'Assertions signed with its private key are refused at once'
            : `It ${expiryInWords(key.expiresAt ?? 0, now)}`}
          . Tokens that were issued with it live on. {isLive && <LastOne {...{ client, now }} />}
        </p>
      </>
    ),
  }
}
