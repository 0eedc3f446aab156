import * as v from 'valibot'
import type { PermissionFilter, Role } from '../../domain/api.ts'
import type { Names } from '../../domain/catalogue.ts'
import { parse } from '../../web/parse.ts'
import { type FilterOption, FilterSelect } from '../kit/filter-select.tsx'
import type { ConsoleContext } from '../kit/console-env.ts'
import { PageHead } from '../kit/page-head.tsx'
import { Pager } from '../kit/pager.tsx'
import { PAGE_SIZE, readCursor, writeCursor } from '../kit/paging.ts'
import { mayManage, page } from '../kit/shell.tsx'
import { type Column, Table } from '../kit/table.tsx'

const filter = v.optional(v.pipe(v.string(), v.trim(), v.maxLength(500, 'is too long')), '')
const schema = v.object({ api: filter, permission: filter })

type RoleQuery = v.InferOutput<typeof schema>

/** The same for storage. */
function criteriaOf({ api, permission }: RoleQuery): PermissionFilter {
  return { ...(api !== '' && { audience: api }), ...(permission !== '' && { permission }) }
}

export async function listRoles(c: ConsoleContext) {
  const { deps, base } = c.var
  const query = parse(c.req.query(), schema)
  const list = ['roles', query]
  const after = await readCursor(c, list)
  const [{ items, next }, { apis }] = await Promise.all([
    deps.roles.list(PAGE_SIZE, after, criteriaOf(query)),
    deps.catalogue.names(),
  ])
  const parts = Object.entries(query).filter(([, text]) => text !== '')
  const isFiltered = parts.length > 0
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
      {(isFiltered || items.length > 0) && <Filter base={base} query={query} apis={apis} />}
      <section class="card">
        {items.length === 0 ? (
          <p class="empty">
            {isFiltered ? (
              <>
                No role gives such a permission. <a href={`${base}/roles`}>Show all roles</a>
              </>
            ) : (
              'No roles yet. Clients can also get permissions one by one.'
            )}
          </p>
        ) : (
          <Table label="Roles" columns={columnsOf(base)} rows={items} />
        )}
      </section>
      <Pager
        path={`${base}/roles`}
        query={new URLSearchParams(parts).toString()}
        next={await writeCursor(c, list, next)}
        later={after !== null}
      />
    </>,
  )
}

type FilterProps = { base: string; query: RoleQuery; apis: Names['apis'] }

/** Finds the roles that give a permission. */
function Filter({ base, query, apis }: FilterProps) {
  const options = apis.map(({ audience, name }): FilterOption => [audience, name])
  return (
    <form class="tools" action={`${base}/roles`}>
      <FilterSelect name="api" label="API" none="Any API" options={options} value={query.api} />
      <input
        name="permission"
        value={query.permission}
        placeholder="Permission"
        aria-label="Permission"
      />
      <button type="submit">Filter</button>
    </form>
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
