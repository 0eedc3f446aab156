import type { Certificate, CertificateMaterial } from '../../../domain/certificate.ts'
import type { Client } from '../../../domain/client.ts'
import type { Seconds } from '../../../domain/time.ts'
import { DialogButton } from '../../kit/dialog.tsx'
import { BareTable, Scroll, type TableHeads } from '../../kit/table.tsx'
import { Time } from '../../kit/time.tsx'
import { certificateName, recognisedInWords } from '../certificate-words.ts'
import { clientPath } from '../dialogs/change-dialog.tsx'
import { End, Reminder } from './credential-cells.tsx'

type CertificatesProps = { base: string; client: Client; now: Seconds; mayManage: boolean }

export function CertificatesTable({ base, client, now, mayManage }: CertificatesProps) {
  const { certificates } = client
  if (certificates.length === 0) return <p class="faint">{WHAT_FOR}</p>
  const heads: TableHeads = [
    ...(['Certificate', 'Recognised by', 'Expires', 'Last used', 'Reminder'] as const),
  ]
  if (mayManage) heads.push('Change')
  return (
    <Scroll label="Certificates">
      <BareTable heads={heads}>
        {certificates.map((one) => (
          <tr>
            <th scope="row">
              <a href={`${clientPath(base, client)}/certificates/${one.certificateId}`}>
                <bdi>{certificateName(one)}</bdi>
              </a>
            </th>
            <Recognised by={one.material} />
            <td>
              <End of={one} now={now} />
            </td>
            <td>
              <Time at={one.lastUsedAt} now={now} />
            </td>
            <td>
              {one.expiresAt !== null && <Reminder {...reminderOf(one, certificates, now)} />}
            </td>
            {mayManage && (
              <td>
                <DialogButton dialog={`delete-${one.certificateId}`} kind="danger">
                  Delete<span class="unseen"> certificate {certificateName(one)}</span>
                </DialogButton>
              </td>
            )}
          </tr>
        ))}
      </BareTable>
    </Scroll>
  )
}

const WHAT_FOR =
  'None. With one the client proves itself in the TLS handshake (mutual TLS), and there is no shared secret that could leak.'

function Recognised({ by: material }: { by: CertificateMaterial }) {
  const [kind, text] = recognisedInWords(material)
  return (
    <td>
      {kind}
      {text !== '' && (
        <p class="subject">
          <bdi class="mono">{text}</bdi>
        </p>
      )}
    </td>
  )
}

const reminderOf = (of: Certificate, all: Certificate[], now: Seconds) => ({
  of,
  now,
  isNewest: of === all.at(-1),
})
