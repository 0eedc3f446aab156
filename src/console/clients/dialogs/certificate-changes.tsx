import type { Certificate } from '../../../domain/certificate.ts'
import type { Client } from '../../../domain/client.ts'
import { isUnexpired } from '../../../domain/lasting.ts'
import type { Seconds } from '../../../domain/time.ts'
import { Called } from '../../kit/confirm.tsx'
import { expiryInWords } from '../../kit/words.ts'
import { certificateName } from '../certificate-words.ts'
import type { Change } from './change-dialog.tsx'
import { LastOne } from './last-credential.tsx'

export function deleteCertificateChange(
  client: Client,
  certificate: Certificate,
  now: Seconds,
): Change {
  const { certificateId, expiresAt } = certificate
  const name = certificateName(certificate)
  const isLive = isUnexpired(certificate, now)
  return {
    id: `delete-${certificateId}`,
    title: `Delete certificate ${name}?`,
    label: 'Delete certificate',
    danger: true,
    path: `/certificates/${certificateId}/deletion`,
    body: (
      <>
        <Called name={name} />
        <p>
          {isLive
            ? 'The client is not recognised by it any more at once'
            : `It ${expiryInWords(expiresAt ?? 0, now)}`}
          . Tokens that were issued with it live on. {isLive && <LastOne {...{ client, now }} />}
        </p>
      </>
    ),
  }
}
