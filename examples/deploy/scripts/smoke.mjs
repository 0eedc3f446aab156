// Whether what was just deployed serves: its health is not "failing" or worse, and it is the issuer that it should be.
import { setTimeout as wait } from 'node:timers/promises'

const MINUTES = Number(process.env.SMOKE_MINUTES ?? 3)
const EVERY_MS = 5000
const [issuer] = process.argv.slice(2)
if (!issuer) throw new TypeError('usage: node scripts/smoke.mjs ISSUER')

// A first deployment has no signing key before the first run of the cron, a minute at most.
const end = Date.now() + MINUTES * 60_000
for (;;) {
  const problem = await problemOf(issuer)
  if (problem === null) break
  console.error(problem)
  if (Date.now() >= end) process.exit(1)
  await wait(EVERY_MS)
}
console.log(`${issuer} serves`)

async function problemOf(url) {
  try {
    const health = await fetch(`${url}/health?fail_on=failing`)
    if (!health.ok) return `health: ${health.status} ${await health.text()}`
    const metadata = await fetch(`${url}/.well-known/oauth-authorization-server`)
    const { issuer: named } = await metadata.json()
    return named === url ? null : `the issuer is ${named}, and should be ${url}`
  } catch (error) {
    return `${url}: ${error.cause?.message ?? error.message}`
  }
}
