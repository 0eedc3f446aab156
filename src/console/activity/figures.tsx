import { daysShown, ISSUED, type Outcome, type TokenCount } from '../../domain/token-counts.ts'
import { DAY, type Seconds } from '../../domain/time.ts'
import { BareTable } from '../kit/table.tsx'
import { dayInWords, numberInWords } from '../kit/words.ts'

const REASONS: Record<Outcome, string> = {
  wrong_secret: 'wrong client ID, secret, signature or certificate',
  expired_secret: 'expired secret',
  expired_key: 'expired public key',
  expired_rule: 'expired federated credential',
  expired_certificate: 'expired certificate',
  future_secret: 'secret not valid yet',
  suspended: 'suspended client',
  invalid_scope: 'scope that the client lacks (invalid_scope)',
  invalid_target: 'API that the client lacks (invalid_target)',
  no_proof: 'no proof of a key to bind the token to (DPoP)',
  no_certificate: 'no certificate to bind the token to',
  too_many_requests: 'too many failures before',
}

type Day = { day: number; issued: number; refused: number }

/** The tokens of the last 30 days, as a chart and in numbers. */
export function Figures({ counts, now }: { counts: TokenCount[]; now: Seconds }) {
  const days = daysShown(now).map((day) => dayOf(day, counts))
  const sum = (of: (day: Day) => number) => days.reduce((total, day) => total + of(day), 0)
  const [issued, refused] = [sum((day) => day.issued), sum((day) => day.refused)]
  return (
    <section class="card">
      <h2>Tokens of the last 30 days</h2>
      <p>
        <Swatch of="issued" /> {numberInWords(issued)} issued, <Swatch of="refused" />{' '}
        {numberInWords(refused)} refused.
      </p>
      {issued + refused > 0 && <Chart days={days} />}
      <Reasons counts={counts} />
      <details>
        <summary>The figures of each day</summary>
        <DayTable days={days} />
      </details>
      <p class="hint">
        Written once a minute, by days in UTC. Approximate: what a server counted in its last minute
        can be lost.
      </p>
    </section>
  )
}

function dayOf(day: number, counts: TokenCount[]): Day {
  const ofDay = counts.filter((count) => count.day === day)
  return {
    day,
    issued: total(ofDay.filter(({ outcome }) => outcome === ISSUED)),
    refused: total(ofDay.filter(({ outcome }) => outcome !== ISSUED)),
  }
}

function total(counts: TokenCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0)
}

const [STEP, BAR, HEIGHT] = [20, 14, 100]

/** Draws one path for each kind, with refused tokens on top of issued ones. */
function Chart({ days }: { days: Day[] }) {
  const most = Math.max(...days.map(({ issued, refused }) => issued + refused))
  // Keeps one refusal visible among very many tokens.
  const height = (count: number) => count && Math.max(2, Math.round((count / most) * HEIGHT))
  const bar = (i: number, bottom: number, tall: number) =>
    tall === 0 ? '' : `M${i * STEP + 3} ${HEIGHT + 4 - bottom}v${-tall}h${BAR}v${tall}z`
  const issued = days.map((day, i) => bar(i, 0, height(day.issued)))
  const refused = days.map((day, i) => bar(i, height(day.issued), height(day.refused)))
  return (
    <>
      <svg
        class="chart"
        viewBox={`0 0 ${days.length * STEP} ${HEIGHT + 4}`}
        preserveAspectRatio="none"
        role="img"
        aria-labelledby="chart-title"
      >
        <title id="chart-title">{describe(days, most)}</title>
        <path class="issued" d={issued.join('')} />
        <path class="refused" d={refused.join('')} />
      </svg>
      <p class="ends hint">
        <span>{dayInWords((days[0]?.day ?? 0) * DAY)}</span>
        <span>today</span>
      </p>
    </>
  )
}

function describe(days: Day[], most: number): string {
  const busiest = days.find(({ issued, refused }) => issued + refused === most)
  const when = dayInWords((busiest?.day ?? 0) * DAY)
  return `Tokens issued and, on top of them, refused on each of 30 days; the most, ${numberInWords(most)}, on ${when}`
}

/** Shows one colour of the chart; the words beside it say what it means. */
function Swatch({ of }: { of: string }) {
  return (
    <svg width="12" height="12" aria-hidden="true">
      <rect class={of} width="12" height="12" />
    </svg>
  )
}

function Reasons({ counts }: { counts: TokenCount[] }) {
  const totals = new Map<Outcome, number>()
  for (const { outcome, count } of counts) {
    if (outcome !== ISSUED) totals.set(outcome, (totals.get(outcome) ?? 0) + count)
  }
  if (totals.size === 0) return null
  return (
    <>
      <h3>Refused because of</h3>
      <ul>
        {[...totals]
          .sort(([, a], [, b]) => b - a)
          .map(([outcome, count]) => (
            <li>
              {REASONS[outcome] ?? outcome}: {numberInWords(count)}
            </li>
          ))}
      </ul>
    </>
  )
}

function DayTable({ days }: { days: Day[] }) {
  return (
    <BareTable heads={['Day', ['Issued', 'num'], ['Refused', 'num']]}>
      {days.toReversed().map(({ day, issued, refused }) => (
        <tr>
          <td>{dayInWords(day * DAY)}</td>
          <td class="num">{numberInWords(issued)}</td>
          <td class="num">{numberInWords(refused)}</td>
        </tr>
      ))}
    </BareTable>
  )
}
