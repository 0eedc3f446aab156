import { type HolderCounts, HOLDERS_MAX } from '../../domain/catalogue.ts'
import { countedInWords } from '../../domain/count.ts'
import { Card } from './card.tsx'

type HoldersProps = {
  base: string
  counts: HolderCounts
  /** The filter of the list of clients. */
  clients: Record<string, string>
  /** The filter of the list of roles, where roles can hold it too. */
  roles?: Record<string, string>
  /** Permissions whose holders can be listed one by one. */
  permissions?: string[]
}

/** Says how many clients and roles hold something, with links to the filtered lists. */
export function Holders({ base, counts, clients, roles, permissions = [] }: HoldersProps) {
  const link = (path: string, filter: Record<string, string>) =>
    `${base}/${path}?${new URLSearchParams(filter).toString()}`
  return (
    <Card title="Used by">
      <p>
        <a href={link('clients', clients)}>{numberOf(counts.clients, 'API client')}</a>
        {roles && (
          <>
            , <a href={link('roles', roles)}>{numberOf(counts.roles, 'role')}</a>
          </>
        )}
      </p>
      {permissions.length > 0 && (
        <details>
          <summary>API clients by permission</summary>
          <ul>
            {permissions.map((permission) => (
              <li>
                <a href={link('clients', { ...clients, permission })}>
                  <code>{permission}</code>
                </a>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  )
}

function numberOf(count: number, unit: string): string {
  if (count >= HOLDERS_MAX) return `${HOLDERS_MAX - 1}+ ${unit}s`
  return count === 0 ? `No ${unit}` : countedInWords(count, unit)
}
