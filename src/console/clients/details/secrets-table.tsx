import { visibleSecrets } from '../../../domain/client.ts'
import { awaitedBy } from '../../../domain/first-use.ts'
import { endOf, isLive, type Secret } from '../../../domain/secret.ts'
import type { Seconds } from '../../../domain/time.ts'
import { Menu, MenuEntry } from '../../kit/menu.tsx'
import { Mark } from '../../kit/status.tsx'
import { type Column, Table } from '../../kit/table.tsx'
import { Time } from '../../kit/time.tsx'
import { minuteInUtc } from '../../kit/words.ts'
import { clientPath } from '../dialogs/change-page.tsx'
import { EXTENSION_DAYS, isExtensible } from '../dialogs/secret-changes.tsx'
import { secretName } from '../../kit/secret-name.ts'
import { isUnusedSince, NOT_SINCE, retirementInWords } from '../secret-use.ts'
import { createdColumn, Day, Reminder } from './credential-columns.tsx'
import type { DetailsProps } from './details-props.ts'

/** Newest first: the newest is the one that counts. */
export function SecretsTable(props: DetailsProps) {
  const secrets = visibleSecrets(props.client, props.now).toReversed()
  return <Table label="Secrets" columns={columnsOf(props, secrets)} rows={secrets} />
}

const nameOf = (secret: Secret) => `secret ${secretName(secret)}`

function columnsOf(props: DetailsProps, secrets: Secret[]): Column<Secret>[] {
  const { base, client, names, now, lead, mayManage } = props
  const pathOf = ({ secretId }: Secret) => `${clientPath(base, client)}/secrets/${secretId}`
  return [
    {
      head: 'Secret',
      cell: (secret) => (
        <>
          <code>{secretName(secret)}</code>
          {secret.label && (
            <p class="sub">
              <bdi>{secret.label}</bdi>
            </p>
          )}
        </>
      ),
    },
    {
      head: 'Expires',
      cell: (secret) => <End {...{ secret, secrets, now, lead }} />,
    },
    {
      head: 'Last used',
      kind: 'date',
      cell: (secret) => (
        <>
          <Time at={secret.lastUsedAt} now={now} isShort />
          {isUnusedSince(secret, secrets[0] ?? null) && <p class="sub">{NOT_SINCE}</p>}
        </>
      ),
    },
    createdColumn(now, names),
    ...(mayManage ? [menuColumn(pathOf, props)] : []),
  ]
}

function menuColumn(pathOf: (secret: Secret) => string, terms: DetailsProps): Column<Secret> {
  return {
    head: '',
    kind: 'more',
    cell: (secret) => (
      <Menu label={`More actions for ${nameOf(secret)}`}>
        {isExtensible(secret, terms) && (
          <MenuEntry href={`${pathOf(secret)}/extension`} asks>
            Extend by {EXTENSION_DAYS} days…
          </MenuEntry>
        )}
        <MenuEntry href={`${pathOf(secret)}/deletion`} isDanger asks>
          Delete…
        </MenuEntry>
      </Menu>
    ),
  }
}

type EndProps = { secret: Secret; secrets: Secret[]; now: Seconds; lead: Seconds }

/** `secrets`: newest first. */
function End({ secret, secrets, now, lead }: EndProps) {
  if (secret.retiresAt !== null && endOf(secret) > now) {
    return (
      <>
        Retires <Time at={endOf(secret)} now={now} />, at {minuteInUtc(endOf(secret))}
      </>
    )
  }
  const awaited = isLive(secret, now) ? awaitedBy(secrets.toReversed(), secret) : null
  return (
    <>
      {endOf(secret) <= now && (
        <Mark kind="bad" icon="●">
          Expired
        </Mark>
      )}{' '}
      <Day at={endOf(secret)} now={now} soon={lead} />
      {awaited ? (
        <p class="sub">{retirementInWords(awaited.retireOthersIn ?? 0)}</p>
      ) : (
        <Reminder of={secret} now={now} isNewest={secret === secrets[0]} />
      )}
    </>
  )
}
