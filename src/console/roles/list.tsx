import type { Role } from '../../domain/api.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { PageHead } from '../kit/page-head.tsx'
import { Pager } from '../kit/pager.tsx'
import { PAGE_SIZE, readCursor, writeCursor } from '../kit/paging.ts'
import { mayManage, page } from '../kit/shell.tsx'
import { type Column, Table } from '../kit/table.tsx'

const LIST = ['roles']

export async function listRoles(c: ConsoleContext) {
  const { deps, base } = c.var
  const after = await readCursor(c, LIST)
  const { items, next } = await deps.roles.list(PAGE_SIZE, after)
  return page(
    c,
    { title: 'Roles', section: 'roles' },
    <>
      <PageHead title="Roles" about="Named sets of permissions, to give to API clients together.">
        {mayManage(c) && (
          <a class="button primary" href={`${base}/roles/new`}>
            Create role
          </a>
        )}
      </PageHead>
      <section class="card">
        {items.length === 0 ? (
          <p class="empty">No roles yet. Clients can also get permissions one by one.</p>
        ) : (
          <Table label="Roles" columns={columnsOf(base)} rows={items} />
        )}
      </section>
      <Pager
        path={`${base}/roles`}
        next={await writeCursor(c, LIST, next)}
        later={after !== null}
      />
    </>,
  )
}

function columnsOf(base: string): Column<Role>[] {
  return [
    {
      head: 'Name',
      cell: ({ roleId, name, description }) => (
        <>
          <a class="name" href={`${base}/roles/${roleId}`}>
            <bdi>{name}</bdi>
          </a>
          <p class="sub">
            <bdi>{description}</bdi>
          </p>
        </>
      ),
    },
    { head: 'Permissions', kind: 'num date', cell: ({ permissions }) => permissions.length },
  ]
}
