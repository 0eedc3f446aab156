import { WrongSetting } from '../domain/setting.ts'
import { RETRY_AFTER, TRY_AGAIN } from './unavailable.ts'

/** A wrong ISSUER or SIGNING_ALGORITHM serves no request, like a missing secret. */
export function misconfigured(error: unknown, path: string): Response {
  if (!(error instanceof WrongSetting)) throw error
  const { message, settings } = error
  const line = { level: 'error', unavailable: 'configuration', detail: message, settings }
  // oxlint-disable-next-line no-console -- the platform's log is where a Worker tells what failed
  console.error(JSON.stringify(line))
  // Without an issuer, the place of its health is unknown.
  const body = path.endsWith('/health')
    ? { status: 'unavailable', failing: ['configuration'], wrong_settings: settings }
    : { error: 'temporarily_unavailable', error_description: TRY_AGAIN }
  return Response.json(body, {
    status: 503,
    headers: { 'Retry-After': RETRY_AFTER, 'Cache-Control': 'no-store' },
  })
}
