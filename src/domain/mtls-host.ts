import type { Deps } from './deps.ts'
import { WrongSetting } from './setting.ts'

/**
 * The host on which clients present certificates, as a URL spells it.
 * @throws WrongSetting
 */
export function readMtlsHost(host: string | undefined): string | null {
  if (host === undefined || host === '') return null
  // One spelling, because it is compared with a URL's host.
  if (URL.canParse(`https://${host}`) && new URL(`https://${host}`).host === host) return host
  const example = 'only a host, in lower case, such as mtls.example.com'
  throw new WrongSetting('MTLS_HOST', `mtlsHost must be ${example}`)
}

/** The URL beneath which clients present certificates: the issuer, or the same on the host of its own. */
export function mtlsIssuer(issuer: string, mtlsHost: string | null): string {
  const { host, pathname } = new URL(issuer)
  if (mtlsHost === null || mtlsHost === host) return issuer
  return `https://${mtlsHost}${pathname.replace(/\/$/, '')}`
}

/** Whether the deployment looks at certificates. */
export function takesCertificates(deps: Pick<Deps, 'mtlsHost' | 'provesProxy'>): boolean {
  return deps.mtlsHost !== null || deps.provesProxy !== null
}
