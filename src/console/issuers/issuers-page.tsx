import { hasRight } from '../../domain/authority.ts'
import type { IssuerKeys, TrustedIssuer } from '../../domain/federation.ts'
import { PRESET_FACTS } from '../../domain/federation-presets.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { Menu, MenuEntry } from '../kit/menu.tsx'
import { PageHead } from '../kit/page-head.tsx'
import { page } from '../kit/shell.tsx'
import { type Column, Table } from '../kit/table.tsx'
import { durationInWords } from '../kit/words.ts'

/** All trusted issuers. */
export async function issuersPage(c: ConsoleContext) {
  const { deps, base, visitor } = c.var
  const issuers = await deps.issuers.list()
  const mayChange = hasRight(visitor.principal, 'person')
  return page(
    c,
    { title: 'Workload issuers', section: 'issuers' },
    <>
      <PageHead title="Workload issuers" about={ABOUT}>
        <a class="button" href={`${base}/workloads`}>
          Why is a workload’s token refused?
        </a>
        {mayChange && (
          <a class="button primary" href={`${base}/issuers/new`}>
            Trust an issuer
          </a>
        )}
      </PageHead>
      <section class="card">
        {issuers.length === 0 ? (
          <p class="empty">No issuer is trusted.</p>
        ) : (
          <Table
            label="Workload issuers"
            columns={columnsOf({ base, own: deps.issuer, mayChange })}
            rows={issuers}
          />
        )}
      </section>
    </>,
  )
}

const ABOUT =
  'Platforms whose tokens authenticate a client, so that it needs no secret. The federated credentials of a client say which workload can act as it.'

/** `own`: the audience of tokens where an issuer names none. */
type Shown = { base: string; own: string; mayChange: boolean }

function columnsOf({ base, own, mayChange }: Shown): Column<TrustedIssuer>[] {
  const deletion: Column<TrustedIssuer> = {
    head: '',
    kind: 'more',
    cell: ({ issuerId, name }) => (
      <Menu label={`More actions for ${name}`}>
        <MenuEntry href={`${base}/issuers/${issuerId}/deletion`} isDanger asks>
          Delete…
        </MenuEntry>
      </Menu>
    ),
  }
  return [
    {
      head: 'Issuer',
      cell: ({ name, issuer }) => (
        <>
          <bdi class="name">{name}</bdi>
          <p class="sub mono">{issuer}</p>
        </>
      ),
    },
    { head: 'Platform', cell: ({ preset }) => PRESET_FACTS[preset].title },
    { head: 'Keys', cell: ({ keys }) => keysInWords(keys) },
    {
      head: 'Audiences',
      cell: ({ audiences }) =>
        (audiences.length > 0 ? audiences : [own]).map((audience) => (
          <p class="mono">{audience}</p>
        )),
    },
    { head: 'A token', cell: tokenInWords },
    ...(mayChange ? [deletion] : []),
  ]
}

function tokenInWords({ maxLifetime, checkJti }: TrustedIssuer): string {
  const lives = `is valid for up to ${durationInWords(maxLifetime)}`
  return checkJti ? `${lives} and accepted once` : lives
}

function keysInWords(keys: IssuerKeys): string {
  if (keys.from === 'discovery') return 'By discovery'
  return keys.from === 'uri' ? keys.uri : `Pasted (${keys.keys.length})`
}
