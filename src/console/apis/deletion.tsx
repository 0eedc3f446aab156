import type { Api } from '../../domain/api.ts'
import type { InUse } from '../../domain/in-use.ts'
import { askPage } from '../kit/ask.tsx'
import type { ConsoleContext } from '../kit/console-env.ts'
import type { Entered } from '../kit/field.tsx'
import { Users } from '../kit/users.tsx'
import { Called, versionSeen } from '../kit/versions.tsx'

/** Asks before an API is deleted. */
export function deletionPage(c: ConsoleContext, api: Api, users: InUse, entered: Entered) {
  const list = `${c.var.base}/apis`
  const own = `${list}/${api.apiId}`
  return askPage(
    c,
    {
      title: { before: 'Delete', name: api.name, after: '?' },
      section: 'apis',
      crumbs: [
        ['APIs', list],
        [api.name, own],
      ],
      action: `${own}/deletion`,
      label: 'Delete API',
      isDanger: true,
      version: versionSeen(entered, api.version),
      cancel: own,
      call: {
        method: 'DELETE',
        path: `/apis/${api.apiId}`,
        command: `apis delete ${api.apiId} --yes`,
      },
      body: (
        <>
          <Called name={api.name} />
          <p>
            This removes the API and its permissions from Portcullis. It works only while no client
            and no role has one of its permissions.
          </p>
          <Users base={c.var.base} of={users.clients} />
          <Users base={c.var.base} of={users.roles} noun="role" />
        </>
      ),
    },
    entered,
  )
}
