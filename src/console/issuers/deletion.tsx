import type { TrustedIssuer } from '../../domain/federation.ts'
import { askPage } from '../kit/ask.tsx'
import type { ConsoleContext } from '../kit/console-env.ts'
import type { Entered } from '../kit/field.tsx'
import { Called, versionSeen } from '../kit/versions.tsx'

/** Asks before an issuer is no longer trusted. */
export function deletionPage(c: ConsoleContext, issuer: TrustedIssuer, entered: Entered) {
  const list = `${c.var.base}/issuers`
  return askPage(
    c,
    {
      title: { before: 'Stop trusting', name: issuer.name, after: '?' },
      section: 'issuers',
      crumbs: [['Workload issuers', list]],
      action: `${list}/${issuer.issuerId}/deletion`,
      label: 'Delete issuer',
      isDanger: true,
      version: versionSeen(entered, issuer.version),
      cancel: list,
      call: {
        method: 'DELETE',
        path: `/issuers/${issuer.issuerId}`,
        command: `issuers delete ${issuer.issuerId}`,
      },
      body: (
        <>
          <Called name={issuer.name} />
          <p>
            Its tokens are no longer accepted. This works only while no federated credential of a
            client names it.
          </p>
        </>
      ),
    },
    entered,
  )
}
