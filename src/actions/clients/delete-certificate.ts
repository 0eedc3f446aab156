import type { Certificate } from '../../domain/certificate.ts'
import { type Client, changed } from '../../domain/client.ts'
import { Refusal } from '../../domain/errors.ts'
import { type ChangeClientDeps, type ClientRequest, changeClient } from './change-client.ts'

/** Deletes a certificate: the client is no longer recognised by it at once. Tokens stay valid. */
export async function deleteCertificate(
  deps: ChangeClientDeps,
  request: ClientRequest,
  certificateId: string,
): Promise<void> {
  await changeClient(deps, request, (client, now) => {
    const gone = findCertificate(client, certificateId)
    const certificates = client.certificates.filter((one) => one !== gone)
    return {
      after: changed(client, now, { certificates }),
      events: [
        { action: 'certificate.deleted', target: { type: 'certificate', id: certificateId } },
      ],
    }
  })
}

export function findCertificate(client: Client, certificateId: string): Certificate {
  const found = client.certificates.find((one) => one.certificateId === certificateId)
  if (!found) throw new Refusal('not_found', 'The client has no such certificate.')
  return found
}
