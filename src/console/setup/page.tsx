import { hasRight } from '../../domain/authority.ts'
import { checkHealth, describeHealth, isReadable } from '../../actions/health/check-health.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { type Entered, NOTHING_ENTERED } from '../kit/field.tsx'
import { statusOfForm } from '../kit/form-status.ts'
import { Problems } from '../kit/problems.tsx'
import { Mark } from '../kit/status.tsx'
import { PageHead } from '../kit/page-head.tsx'
import { page } from '../kit/shell.tsx'
import type { Check, SetupFacts } from './checks.ts'
import { everyCheck } from './every-check.ts'
import { EventsCard, type EventsOutcome, EventsResult } from './events-card.tsx'

/** The result of a form on this page: errors at the top, or what became of events. */
type Outcome = { top?: Entered; events?: EventsOutcome }

export async function setupPage(
  c: ConsoleContext,
  { top = NOTHING_ENTERED, events }: Outcome = {},
) {
  const { deps, base, formToken, visitor } = c.var
  const facts = await setupFacts(c)
  const { now, detail } = facts
  const mayChange = hasRight(visitor.principal, 'person')
  const checks = everyCheck(facts)
  const open = checks.filter(({ ok }) => !ok)
  return page(
    c,
    { title: 'Setup', section: 'setup', status: statusOfForm(top) },
    <>
      <PageHead title="Setup" about={<Verdict open={open.length} all={checks.length} />} />
      <Problems entered={top} isEdit={false} />
      {events && <EventsResult of={events} />}
      <p class="faint">
        Issuer: <code>{deps.issuer}</code>
      </p>
      {open.some(({ mend = [] }) => mend.some((line) => line.startsWith('npx wrangler'))) && (
        <p class="faint">
          Run the commands in the folder that you deploy from. Where its <code>wrangler.toml</code>{' '}
          has environments, add <code>--env</code> and the name of this one.
        </p>
      )}
      {open.length > 0 && (
        <section class="card">
          <Checks base={base} of={open} />
        </section>
      )}
      <section class="card">
        <details open={open.length === 0}>
          <summary class="pad">
            {checks.length - open.length} of {checks.length} checks are OK
          </summary>
          <Checks base={base} of={checks.filter(({ ok }) => ok)} />
        </details>
      </section>
      {detail?.events.webhook && (
        <EventsCard {...{ base, formToken, now, mayChange }} events={detail.events} />
      )}
    </>,
  )
}

function Verdict({ open, all }: { open: number; all: number }) {
  if (open === 0) return <>Everything is in order.</>
  return (
    <>
      {open} of {all} checks {open === 1 ? 'needs' : 'need'} attention.
    </>
  )
}

function Checks({ base, of: checks }: { base: string; of: Check[] }) {
  return (
    <dl class="checks">
      {checks.map((check) => (
        <CheckRow base={base} check={check} />
      ))}
    </dl>
  )
}

/** Collects the facts; without D1, only those that do not need it. */
async function setupFacts(c: ConsoleContext): Promise<SetupFacts> {
  const { deps } = c.var
  const health = await checkHealth(deps)
  const hasD1 = isReadable(health)
  return {
    now: deps.now(),
    isLocal: deps.issuer.startsWith('http:'),
    issuer: deps.issuer,
    issuerGiven: deps.issuerGiven,
    health,
    signInBy: deps.signInBy,
    settingProblems: deps.settingProblems,
    reminders: {
      days: deps.reminderDays,
      recipients: deps.reminderRecipients,
      unusedDays: deps.unusedSecretDays,
    },
    policy: deps.policy,
    detail: hasD1 ? await describeHealth(deps) : null,
    hasManager: hasD1 ? (await deps.administrators.managers(1)).length > 0 : null,
    hasBootstrap: (await deps.bootstrapMark()) !== null,
  }
}

function CheckRow({ base, check }: { base: string; check: Check }) {
  const { name, ok, means, mend = [], page: at } = check
  return (
    <div>
      <dt>
        <b>{name}</b>{' '}
        <Mark kind={ok ? 'good' : 'warn'} icon={ok ? '✓' : '▲'}>
          {ok ? 'OK' : 'Needs attention'}
        </Mark>
      </dt>
      <dd>
        <bdi>{means}</bdi>
        {at && (
          <>
            {' '}
            <a href={base + at.path}>{at.label}</a>
          </>
        )}
        {mend.length > 0 && <pre>{mend.join('\n')}</pre>}
      </dd>
    </div>
  )
}
