import { ownKeys } from '../../actions/health/check-health.ts'
import { hasRight } from '../../domain/authority.ts'
import { standbyOf, usableFrom, waiting } from '../../domain/key-plan.ts'
import { activeKey, isScheduled, type SigningKey, stateOf } from '../../domain/signing-key.ts'
import { DAY, HOUR, type Seconds } from '../../domain/time.ts'
import { Confirm } from '../kit/confirm.tsx'
import type { ConsoleContext } from '../kit/console-env.ts'
import { type Entered, NOTHING_ENTERED, Problems } from '../kit/field.tsx'
import { statusOfForm } from '../kit/form-status.ts'
import { Pager } from '../kit/pager.tsx'
import { pageOfAll } from '../kit/paging.ts'
import { page } from '../kit/shell.tsx'
import { dayInWords, relativeTime } from '../kit/words.ts'
import { SigningKeyTable, StrangeKeys } from './list.tsx'

const LIST = ['signing-keys']
export const PATH = '/signing-keys'

export async function keysPage(c: ConsoleContext, entered: Entered = NOTHING_ENTERED) {
  const { deps, base, formToken, visitor } = c.var
  const [now, keys] = [deps.now(), await ownKeys(deps)]
  const newestFirst = keys.map((key) => ({ key, state: stateOf(key, keys, now) })).reverse()
  const { items, next, later } = await pageOfAll(c, LIST, newestFirst)
  const mayChange = hasRight(visitor.principal, 'person')
  return page(
    c,
    { title: 'Signing keys', section: 'signing-keys', status: statusOfForm(entered) },
    <>
      <div class="head">
        <h1>Signing keys</h1>
        {mayChange && <Rotation {...{ base, formToken, hours: deps.signingKeyLead / HOUR }} />}
      </div>
      <Problems entered={entered} />
      <p>{nextRotation(c, keys, now)}</p>
      <SigningKeyTable {...{ base, formToken, now, mayChange }} keys={items} />
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
  if (!active) return 'There is no active key yet: the first token or the cron makes it.'
  const days = signingKeyAge / DAY
  const due = active.activatesAt + signingKeyAge
  if (due <= now) return `The active key is over ${days} days old: the cron promotes the standby.`
  const when = `${dayInWords(due)} (${relativeTime(due, now)})`
  return `The standby signs by itself on ${when}, when the active key is ${days} days old.`
}

type RotationProps = { base: string; formToken: string; hours: number }

function Rotation({ base, formToken, hours }: RotationProps) {
  return (
    <Confirm
      id="rotate"
      label="Promote the standby"
      title="Promote the standby key?"
      action={base + PATH}
      formToken={formToken}
      kind="quiet"
    >
      <p>
        It signs as soon as it has been published for {hours} hours, so that every API has it, and
        another is published in its place. The active key stays published until the last token that
        it signed has expired: nothing is interrupted.
      </p>
    </Confirm>
  )
}
