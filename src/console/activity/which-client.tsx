import type { Client } from '../../domain/client.ts'
import { type ActivityQuery, queryText } from './query.ts'

type WhichProps = { path: string; query: ActivityQuery; called: Client[] }

/** Asks which client is meant where several could be. */
export function WhichClient({ path, query, called }: WhichProps) {
  return (
    <div class="pad">
      <h2>Which client?</h2>
      <p>
        These clients fit “<bdi>{query.clientId}</bdi>”:
      </p>
      <ul>
        {called.map(({ clientId, name }) => (
          <li>
            <a href={`${path}?${queryText({ ...query, clientId })}`}>
              <bdi>{name}</bdi>
            </a>{' '}
            <code>{clientId}</code>
          </li>
        ))}
      </ul>
    </div>
  )
}
