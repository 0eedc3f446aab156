import type { Role } from '../../domain/api.ts'
import type { InUse } from '../../domain/in-use.ts'
import { askPage } from '../kit/ask.tsx'
import type { ConsoleContext } from '../kit/console-env.ts'
import type { Entered } from '../kit/field.tsx'
import { Users } from '../kit/users.tsx'
import { Called, versionSeen } from '../kit/versions.tsx'

/** Asks before a role is deleted. */
export function deletionPage(c: ConsoleContext, role: Role, users: InUse, entered: Entered) {
  const list = `${c.var.base}/roles`
  const own = `${list}/${role.roleId}`
  return askPage(
    c,
    {
      title: { before: 'Delete', name: role.name, after: '?' },
      section: 'roles',
      crumbs: [
        ['Roles', list],
        [role.name, own],
      ],
      action: `${own}/deletion`,
      label: 'Delete role',
      isDanger: true,
      version: versionSeen(entered, role.version),
      cancel: own,
      call: {
        method: 'DELETE',
        path: `/roles/${role.roleId}`,
        command: `roles delete ${role.roleId} --yes`,
      },
      body: (
        <>
          <Called name={role.name} />
          <p>This permanently deletes the role. It works only while no API client has it.</p>
          <Users base={c.var.base} of={users.clients} />
        </>
      ),
    },
    entered,
  )
}
