import type { Role } from '../../domain/api.ts'
import { cut } from '../../domain/text.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { PAGE_SIZE, readCursor, writeCursor } from '../kit/paging.ts'
import { Pager } from '../kit/pager.tsx'
import { Table } from '../kit/table.tsx'
import { mayManage, page } from '../kit/shell.tsx'

const LIST = ['roles']
const DESCRIPTION_SHOWN = 160

export async function listRoles(c: ConsoleContext) {
  const { deps, base } = c.var
  const after = await readCursor(c, LIST)
  const { items, next } = await deps.roles.list(PAGE_SIZE, after)
  return page(
    c,
    { title: 'Roles', section: 'roles' },
    <>
      <div class="head">
        <h1>Roles</h1>
        {mayManage(c) && (
          <a class="button" href={`${base}/roles/new`}>
            Create role
          </a>
        )}
      </div>
      <p class="faint">Named sets of permissions, to give to API clients together.</p>
      {items.length === 0 ? (
        <section class="card empty">
          <p>There is no role yet. Without roles, clients get their permissions one by one.</p>
        </section>
      ) : (
        <RoleTable base={base} roles={items} />
      )}
      <Pager
        path={`${base}/roles`}
        next={await writeCursor(c, LIST, next)}
        later={after !== null}
      />
    </>,
  )
}

function RoleTable({ base, roles }: { base: string; roles: Role[] }) {
  return (
    <Table label="Roles" heads={['Name', 'Description', ['Permissions', 'num']]}>
      {roles.map(({ roleId, name, description, permissions }) => (
        <tr>
          <td>
            <a href={`${base}/roles/${roleId}`}>
              <bdi>{name}</bdi>
            </a>
          </td>
          <td>
            <bdi>{cut(description, DESCRIPTION_SHOWN)}</bdi>
          </td>
          <td class="num">{permissions.length}</td>
        </tr>
      ))}
    </Table>
  )
}
