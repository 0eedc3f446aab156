import { readAddress } from '../domain/administrator.ts'
import type { Delivery, Mail, Mailer } from '../domain/mail.ts'
import type { Seconds } from '../domain/time.ts'
import { type Address, readFrom } from './address.ts'
import { makeEmailTransport } from './email-binding.ts'
import { makeLogTransport } from './log.ts'
import { composeLetter } from './message.ts'
import { makeSmtpTransport, type Timeouts, SMTP_TIMEOUTS } from './smtp/smtp.ts'
import { readSmtpUrl } from './smtp/url.ts'
import type { Transport } from './transport.ts'
import { makeWebhookTransport, readWebhook } from './webhook.ts'

/** How mail is sent; an empty text counts as left out, like an empty variable. */
export type MailSettings = {
  /** Where the console is; null if unknown, and then mails have no links. */
  issuer: string | null
  /** How many days before its end a credential is reminded of. */
  days: number[]
  /** After how many days without use a secret is ended; null: never. */
  unusedDays: number | null
  now: () => Seconds
  /** MAIL_FROM: an address, or `Name <address>`. */
  from?: string | undefined
  smtpUrl?: string | undefined
  webhookUrl?: string | undefined
  webhookSecret?: string | undefined
  /** The `send_email` binding. */
  email?: SendEmail | undefined
}

type Choice = { transport: Transport; from: Address; missing: string | null }

const WAYS = 'one of the EMAIL binding, SMTP_URL, MAIL_WEBHOOK_URL'
// A message that is only logged needs a sender just for its form.
const NOBODY: Address = { name: null, address: 'portcullis@localhost' }

/** @throws TypeError that names the wrong setting, and quotes none */
export function makeMailer(settings: MailSettings, timeouts: Timeouts = SMTP_TIMEOUTS): Mailer {
  const { transport, from, missing } = choose(settings, timeouts)
  async function send({ messageId, to, letter }: Mail): Promise<Delivery> {
    // Only a database written by hand holds anything else; its effect in a command is unknown.
    const recipient = readAddress(to)
    if (recipient === null) return { outcome: 'refused', detail: 'the recipient has no address' }
    const words = composeLetter(letter, settings)
    return transport.deliver({ messageId, from, to: recipient, ...words })
  }
  return { name: transport.name, deduplicates: transport.deduplicates, missing, send }
}

/** Wrong mail settings stop no token: mail goes to the log, and health says why. */
export function mailerOrLog(settings: MailSettings): Mailer {
  try {
    return makeMailer(settings)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const { issuer, days, unusedDays, now } = settings
    return { ...makeMailer({ issuer, days, unusedDays, now }), missing: error.message }
  }
}

function choose(settings: MailSettings, timeouts: Timeouts): Choice {
  const { smtpUrl, webhookUrl, webhookSecret, email, now } = settings
  const from = settings.from ? readFrom(settings.from) : null
  if (smtpUrl && webhookUrl) {
    throw new TypeError('SMTP_URL and MAIL_WEBHOOK_URL are both set: set only one')
  }
  if (smtpUrl) return needFrom(makeSmtpTransport(readSmtpUrl(smtpUrl), now, timeouts), from)
  if (webhookUrl) {
    return needFrom(makeWebhookTransport(readWebhook(webhookUrl, webhookSecret), now), from)
  }
  if (email && from) return { transport: makeEmailTransport(email), from, missing: null }
  const missing = [from ? [] : ['MAIL_FROM'], email ? [] : [WAYS]].flat().join(' and ')
  return { transport: makeLogTransport(), from: from ?? NOBODY, missing }
}

function needFrom(transport: Transport, from: Address | null): Choice {
  if (!from) throw new TypeError('MAIL_FROM is missing')
  return { transport, from, missing: null }
}
