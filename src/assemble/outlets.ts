import type { Configured } from '../bindings.ts'
import { mailerOrLog } from '../mail/mailer.ts'
import type { Settings } from '../options.ts'
import { eventPusher } from '../outbound/events/event-pusher.ts'
import { makeEventsWebhook, WRONGLY_CONFIGURED } from '../outbound/events/events-webhook.ts'
import { jsonReader } from '../outbound/read-json.ts'
import { openDatabase } from '../storage/database.ts'
import { gateCalls } from '../storage/gates/gate-binding.ts'
import type { Outlets } from '../storage/upkeep/operation-count.ts'
import { eventBody } from '../web/event-body.ts'

type ReadSettings = Omit<Settings<never>, 'bindings'>
type More = Pick<Configured, 'events' | 'gates'> & {
  bucket: R2Bucket | null
  consoleAt: string | null
}

/** Whatever leaves the Worker, each of it once, so that the cron can count its operations. */
export function outletsOf(
  settings: ReadSettings,
  { database, denylist, mail }: Configured['bindings'],
  { events, bucket, consoleAt, gates }: More,
): Outlets {
  const { now, reminderDays: days, unusedSecretDays: unusedDays } = settings
  return {
    db: openDatabase(database),
    kv: denylist,
    mailer: mailerOrLog({ ...mail, issuer: consoleAt, days, unusedDays, now }),
    eventsWebhook:
      events === 'wrong'
        ? WRONGLY_CONFIGURED
        : events && makeEventsWebhook(events, { issuer: consoleAt, describe: eventBody, now }),
    pusher: eventPusher,
    readJson: jsonReader(urlRulesOf(settings)),
    bucket,
    gates: gates ? gateCalls(gates, settings.gateLease) : null,
  }
}

/** The rules for addresses that are fetched. */
export const urlRulesOf = ({ issuer, mtlsHost, plainHttpInDevelopment }: ReadSettings) => ({
  issuer,
  mtlsHost,
  allowsLocalhost: plainHttpInDevelopment,
})
