import type { Certificate } from '../../../domain/certificate.ts'
import type { Client } from '../../../domain/client.ts'
import { isUnexpired } from '../../../domain/lasting.ts'
import type { Seconds } from '../../../domain/time.ts'
import { Called } from '../../kit/versions.tsx'
import { expiryInWords } from '../../kit/words.ts'
import { certificateName } from '../certificate-words.ts'
import type { Change } from './change-page.tsx'
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
    title: { before: 'Delete certificate', name: name, after: '?' },
    label: 'Delete certificate',
    isDanger: true,
    path: `/certificates/${certificateId}/deletion`,
    call: {
      method: 'DELETE',
      path: `/certificates/${certificateId}`,
      command: `certificates delete ${client.clientId} ${certificateId} --yes`,
    },
    body: (
      <>
        <Called name={name} />
        <p>
          {isLive
            ? 'This client can’t use it any more, from the next request on'
            : `This credential ${expiryInWords(expiresAt ?? 0, now)}`}
          . Tokens already issued keep working. {isLive && <LastOne {...{ client, now }} />}
        </p>
      </>
    ),
  }
}
