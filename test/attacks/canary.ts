import { canaries, partsOfSecret, partsOfToken, randomFrom } from './canaries.ts'
import { canaryFixture, type CanaryWorld, type CanaryFixture } from './canary-fixture.ts'
import { create, KINDS, type Step } from './canary-steps.ts'

const DAY = 86_400

export type Sighting = { where: string; canary: string }

export type CanaryReport = {
  seed: number
  requests: number
  crons: number
  secrets: number
  tokens: number
  echoes: number
  mails: number
  statuses: Record<string, number>
  /** Where a canary was seen that had no business there. */
  sightings: Sighting[]
}

const CRON_EVERY = 50
const SEARCH_EVERY = 1000

/**
 * Sends so many requests of every kind, with secrets, tokens and the bootstrap token in right and in
 * odd places, and looks for each of them in every answer, log line and mail, and in all that is stored.
 */
export async function canary(
  world: CanaryWorld,
  requests: number,
  seed: number,
): Promise<CanaryReport> {
  const fixture = await canaryFixture(world)
  const random = randomFrom(seed)
  const known = canaries()
  known.add('the bootstrap token', world.bootstrapToken)
  const report: CanaryReport = {
    seed,
    requests,
    crons: 0,
    secrets: 0,
    tokens: 0,
    echoes: 0,
    mails: 0,
    statuses: {},
    sightings: [],
  }
  const seen = (where: string, text: string, own = new Set<string>()) => {
    for (const name of known.findIn(text)) {
      if (!own.has(name)) report.sightings.push({ where, canary: name })
    }
  }
  const listen = () => {
    for (const line of world.output()) {
      if (line.startsWith('mail ')) report.mails++
      seen(`log or mail: ${line.slice(0, 80)}`, line)
    }
  }

  for (let n = 1; n <= requests; n++) {
    if (n % CRON_EVERY === 0) {
      world.clock.now += random.pick([60, 3600, DAY / 4])
      await world.cron()
      await fixture.signIn()
      report.crons++
    }
    const kind = fixture.holders.length < 5 ? create : random.pick(KINDS)
    const step = kind(fixture, random, n)
    world.trouble.isOn = fixture.holders.length >= 5 && random.below(25) === 0
    const { request } = step
    const sent = step.isEcho
      ? known.findIn(request.url + (await request.clone().text()))
      : undefined
    const response = await world.send(request)
    const text = `${response.status} ${JSON.stringify([...response.headers])} ${await bodyOf(response)}`
    world.trouble.isOn = false
    report.statuses[response.status] = (report.statuses[response.status] ?? 0) + 1
    if (response.status >= 500 && response.status !== 503) {
      report.sightings.push({ where: `${step.what}: ${response.status}`, canary: 'none: a bug' })
    }
    if (step.isEcho) report.echoes++
    // Before what it gives is known: all else that it could show has no business in it.
    seen(`${step.what}: ${request.method} ${request.url.slice(0, 80)}`, text, sent)
    if (step.gives) receive(fixture, known, report, step.gives, text)
    listen()
    if (n % SEARCH_EVERY === 0 || n === requests) {
      for (const cell of await world.stored()) seen(`stored: ${cell.slice(0, 60)}`, cell)
    }
  }
  return report
}

/** An export is read while it is sent: it breaks off where D1 does. */
async function bodyOf(response: Response): Promise<string> {
  try {
    return await response.text()
  } catch (error) {
    if (error instanceof Error) return `broken off: ${error.message}`
    throw error
  }
}

/** Notes the secret or token that an answer gave, as it may. */
function receive(
  { holders }: CanaryFixture,
  known: ReturnType<typeof canaries>,
  report: CanaryReport,
  { kind, of }: NonNullable<Step['gives']>,
  text: string,
): void {
  if (kind === 'token') {
    const given = /"access_token":"([^"]+)"/.exec(text)?.[1]
    if (given === undefined || of === 'new') return
    known.add(`token ${++report.tokens}`, ...partsOfToken(given))
    of.tokens.push(given)
    return
  }
  const secret = /pc_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}/.exec(text)?.[0]
  const id = of === 'new' ? /client_[0-9A-Za-z]{22}/.exec(text)?.[0] : of.id
  if (secret === undefined || id === undefined || !text.startsWith('201 ')) return
  known.add(`secret ${++report.secrets}`, ...partsOfSecret(id, secret))
  if (of !== 'new') of.secrets.push(secret)
  else {
    const isPowerful = text.includes('"permission":"clients:read"')
    holders.push({ id, secrets: [secret], tokens: [], isPowerful })
  }
}
