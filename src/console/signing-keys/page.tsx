import { ownKeys } from '../../actions/health/check-health.ts'
import { hasRight } from '../../domain/authority.ts'
import { promotedKey, standbyOf, usableFrom, waiting } from '../../domain/key-plan.ts'
import { activeKey, isScheduled, type SigningKey, stateOf } from '../../domain/signing-key.ts'
import { DAY, type Seconds } from '../../domain/time.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { DialogLink } from '../kit/dialog.tsx'
import { PageHead } from '../kit/page-head.tsx'
import { Pager } from '../kit/pager.tsx'
import { pageOfAll } from '../kit/paging.ts'
import { page } from '../kit/shell.tsx'
import { dayInWords, relativeTime } from '../kit/words.ts'
import { SigningKeyTable, StrangeKeys } from './list.tsx'

const LIST = ['signing-keys']
export const PATH = '/signing-keys'

export async function keysPage(c: ConsoleContext) {
  const { deps, base, visitor } = c.var
  const [now, keys] = [deps.now(), await ownKeys(deps)]
  const newestFirst = keys.map((key) => ({ key, state: stateOf(key, keys, now) })).reverse()
  const { items, next, later } = await pageOfAll(c, LIST, newestFirst)
  const mayChange = hasRight(visitor.principal, 'person')
  return page(
    c,
    { title: 'Signing keys', section: 'signing-keys' },
    <>
      <PageHead title="Signing keys" about={nextRotation(c, keys, now)}>
        {mayChange && !promotedKey(keys, deps.algorithm, now) && (
          <DialogLink href={`${base}${PATH}/rotation`}>Promote the standby key…</DialogLink>
        )}
      </PageHead>
      <section class="card">
        {keys.length === 0 ? (
          <p class="empty">No keys yet. The first token or the cron creates them.</p>
        ) : (
          <SigningKeyTable {...{ base, now, mayChange }} keys={items} />
        )}
      </section>
      <Pager path={base + PATH} next={next} later={later} />
      <StrangeKeys keys={await deps.strangeKeys.all()} now={now} />
    </>,
  )
}

/** Says when the next key signs, by schedule or because someone promoted it. */
function nextRotation({ var: { deps } }: ConsoleContext, keys: SigningKey[], now: Seconds): string {
  const { algorithm, signingKeyAge, signingKeyLead } = deps
  const next = waiting(keys, now).find((key) => isScheduled(key, now))
  if (next) return `The next key signs ${relativeTime(next.activatesAt, now)}.`
  const active = activeKey(keys, algorithm, now)
  const standby = standbyOf(keys, algorithm, now)
  if (active && standby && active.algorithm !== algorithm) {
    const from = relativeTime(usableFrom(standby, signingKeyLead), now)
    return `The first key of ${algorithm} signs ${from}, when every API has it.`
  }
  if (!active) return 'There is no active key yet.'
  const days = signingKeyAge / DAY
  const due = active.activatesAt + signingKeyAge
  if (due <= now)
    return `The active key is over ${days} days old: the cron promotes the standby key.`
  const when = `${dayInWords(due)} (${relativeTime(due, now)})`
  return `The standby key is promoted automatically on ${when}, when the active key is ${days} days old.`
}
