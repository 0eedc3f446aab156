import { hasRight } from '../../domain/authority.ts'
import type { IssuerKeys, TrustedIssuer } from '../../domain/federation.ts'
import { PRESET_FACTS } from '../../domain/federation-presets.ts'
import { Called, Confirm } from '../kit/confirm.tsx'
import type { ConsoleContext } from '../kit/console-env.ts'
import { type Entered, NOTHING_ENTERED, Problems } from '../kit/field.tsx'
import { statusOfForm } from '../kit/form-status.ts'
import { page } from '../kit/shell.tsx'
import { Table, type TableHeads } from '../kit/table.tsx'
import { durationInWords } from '../kit/words.ts'

/** All trusted issuers; `entered` says why a deletion was refused. */
export async function issuersPage(c: ConsoleContext, entered: Entered = NOTHING_ENTERED) {
  const { deps, base, formToken, visitor } = c.var
  const issuers = await deps.issuers.list()
  const mayChange = hasRight(visitor.principal, 'person')
  return page(
    c,
    { title: 'Workload issuers', section: 'issuers', status: statusOfForm(entered) },
    <>
      <div class="head">
        <h1>Workload issuers</h1>
        <div class="actions">
          <a class="button quiet" href={`${base}/workloads`}>
            Why is a workload’s token refused?
          </a>
          {mayChange && (
            <a class="button" href={`${base}/issuers/new`}>
              Trust an issuer
            </a>
          )}
        </div>
      </div>
      <Problems entered={entered} />
      <p class="faint">
        Platforms whose tokens stand for a client, so that it needs no secret. Which workload may
        act as which client, its federated credentials say.
      </p>
      {issuers.length === 0 ? (
        <p>No issuer is trusted.</p>
      ) : (
        <IssuerTable {...{ base, formToken, issuers, mayChange }} own={deps.issuer} />
      )}
    </>,
  )
}

type TableProps = {
  base: string
  formToken: string
  issuers: TrustedIssuer[]
  /** The audience of tokens where an issuer names none. */
  own: string
  mayChange: boolean
}

function IssuerTable({ issuers, own, mayChange, ...rest }: TableProps) {
  const heads: TableHeads = ['Issuer', 'Platform', 'Keys', 'Audiences', 'A token']
  if (mayChange) heads.push('Change')
  return (
    <Table label="Workload issuers" heads={heads}>
      {issuers.map((one) => (
        <tr>
          <th scope="row">
            <bdi>{one.name}</bdi>
            <p class="hint mono">{one.issuer}</p>
          </th>
          <td>{PRESET_FACTS[one.preset].title}</td>
          <td>
            <Keys of={one.keys} />
          </td>
          <td>
            {(one.audiences.length > 0 ? one.audiences : [own]).map((audience) => (
              <p class="subject mono">{audience}</p>
            ))}
          </td>
          <td>
            lives {durationInWords(one.maxLifetime)} at most
            {one.checkJti && ', and is accepted once'}
          </td>
          {mayChange && (
            <td>
              <Deletion {...rest} of={one} />
            </td>
          )}
        </tr>
      ))}
    </Table>
  )
}

function Keys({ of: keys }: { of: IssuerKeys }) {
  if (keys.from === 'discovery') return <>By discovery</>
  if (keys.from === 'uri') return <span class="mono">{keys.uri}</span>
  return <>Pasted here ({keys.keys.length})</>
}

type DeletionProps = Pick<TableProps, 'base' | 'formToken'> & { of: TrustedIssuer }

function Deletion({ base, formToken, of: { issuerId, name, version } }: DeletionProps) {
  return (
    <Confirm
      id={`delete-${issuerId}`}
      label="Delete"
      about={name}
      title="Trust this issuer no more?"
      action={`${base}/issuers/${issuerId}/deletion`}
      formToken={formToken}
      version={version}
    >
      <Called name={name} />
      <p>
        No token of <bdi>{name}</bdi> is believed any more. That works only while no federated
        credential of a client names it.
      </p>
    </Confirm>
  )
}
