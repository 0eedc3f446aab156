import type { Counted } from '../../domain/in-use.ts'
import { countedInWords } from '../../domain/count.ts'

type UsersProps = { base: string; of: Counted; noun?: 'API client' | 'role' }

/** The first clients or roles that have something, with links, and how many they are. */
export function Users({ base, of: { first, count, isMore }, noun = 'API client' }: UsersProps) {
  if (count === 0) return null
  const path = noun === 'role' ? 'roles' : 'clients'
  return (
    <>
      <p>
        {isMore && 'More than '}
        {countedInWords(count, noun)}
        {(isMore || count > first.length) && ', among them'}:
      </p>
      <ul class="named">
        {first.map(({ id, name }) => (
          <li>
            <a href={`${base}/${path}/${id}`}>
              <bdi>{name}</bdi>
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}
