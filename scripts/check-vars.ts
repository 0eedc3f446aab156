import { readBootstrapToken, readProxySecret } from '../src/bindings.ts'
import { readKeyRing } from '../src/crypto/key-ring.ts'
import { readAddresses } from '../src/domain/administrator.ts'
import { readApiDocs } from '../src/domain/api-docs.ts'
import { readCheckpointCopies } from '../src/domain/checkpoint-copies.ts'
import { readEventsWebhook } from '../src/domain/events-webhook.ts'
import { readFlag } from '../src/domain/flag.ts'
import { gateOptionsIn } from '../src/domain/gate-options.ts'
import { readMtlsHost } from '../src/domain/mtls-host.ts'
import { policyIn } from '../src/domain/policy-variables.ts'
import { readSignInBy } from '../src/domain/sign-in.ts'
import { makeMailer } from '../src/mail/mailer.ts'
import { readIssuer } from '../src/domain/issuer-url.ts'
import { readDatabaseLimit, readSigningKeyDays } from '../src/options.ts'
import { readReminderDays, readReminderRecipients } from '../src/domain/reminder-days.ts'
import { readUnusedDays } from '../src/domain/unused-secret.ts'
import { ALGORITHMS, isAlgorithm, readLeadHours } from '../src/domain/signing-key.ts'
import { CannotStart } from './cannot-start.ts'
import { KEYS, type Vars } from './dev-vars.ts'
import { isPlainHttp } from './listening.ts'

const FLAGS = ['REQUIRE_IF_MATCH', 'DPOP_NONCE', 'SECURITY_EVENTS', 'STATUS_LISTS', 'CLOSED']

/** By the Worker's own rules, so that a wrong secret stops the start and not a request. */
export function checkVars(vars: Vars): Vars {
  try {
    for (const name of KEYS) {
      readKeyRing(name, vars[name])
    }
    const algorithm = vars['SIGNING_ALGORITHM']
    if (algorithm && !isAlgorithm(algorithm)) {
      throw new TypeError(`SIGNING_ALGORITHM must be ${ALGORITHMS.join(' or ')}`)
    }
    if (vars['BOOTSTRAP_TOKEN']) readBootstrapToken(vars['BOOTSTRAP_TOKEN'])
    readIssuer(vars['ISSUER'] ?? '', isPlainHttp(vars))
    readAddresses(vars['ADMINISTRATORS'] ?? '')
    readApiDocs(vars['API_DOCS'], vars['ISSUER'] ?? '')
    for (const name of FLAGS) readFlag(name, vars[name])
    readMtlsHost(vars['MTLS_HOST'])
    readProxySecret(vars['CLIENT_CERTIFICATE_PROXY_SECRET'])
    gateOptionsIn(vars, (read) => read())
    readCheckpointCopies({
      events: vars['AUDIT_CHECKPOINT_EVENTS'],
      mail: vars['AUDIT_CHECKPOINT_MAIL'],
    })
    policyIn(vars, (read) => read())
    checkSignIn(vars)
    checkDays(vars)
    checkMail(vars)
    readEventsWebhook({
      url: vars['EVENTS_WEBHOOK_URL'],
      secret: vars['EVENTS_WEBHOOK_SECRET'],
      format: vars['EVENTS_WEBHOOK_FORMAT'],
    })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new CannotStart(
      `${error.message}: mend it in .dev.vars, or delete .dev.vars for fresh secrets.`,
    )
  }
  return vars
}

function checkSignIn(vars: Vars): void {
  const oidc = {
    issuer: vars['OIDC_ISSUER'],
    clientId: vars['OIDC_CLIENT_ID'],
    clientSecret: vars['OIDC_CLIENT_SECRET'],
  }
  const access = { teamDomain: vars['ACCESS_TEAM_DOMAIN'], audience: vars['ACCESS_AUD'] }
  const groups = {
    claim: vars['OIDC_ACCESS_CLAIM'],
    manageValues: vars['OIDC_MANAGE_VALUES'],
    viewValues: vars['OIDC_VIEW_VALUES'],
  }
  readSignInBy((read) => read(), oidc, access, groups)
}

function checkDays(vars: Vars): void {
  const days = vars['SIGNING_KEY_DAYS']
  if (days) readSigningKeyDays('SIGNING_KEY_DAYS', Number(days))
  readReminderDays('REMINDER_DAYS', vars['REMINDER_DAYS'] || undefined)
  readReminderRecipients(vars['REMINDER_RECIPIENTS'])
  const unused = vars['UNUSED_SECRET_DAYS']
  if (unused) readUnusedDays('UNUSED_SECRET_DAYS', Number(unused))
  const limit = vars['DATABASE_LIMIT_MB']
  if (limit) readDatabaseLimit(Number(limit))
  const hours = vars['SIGNING_KEY_LEAD_HOURS']
  if (hours) readLeadHours(Number(hours))
}

function checkMail(vars: Vars): void {
  makeMailer({
    issuer: vars['ISSUER'] ?? '',
    days: [1],
    unusedDays: null,
    now: () => 0,
    from: vars['MAIL_FROM'],
    smtpUrl: vars['SMTP_URL'],
    webhookUrl: vars['MAIL_WEBHOOK_URL'],
    webhookSecret: vars['MAIL_WEBHOOK_SECRET'],
  })
}
