import { isPrivateUrl } from '../platform/loopback.ts'
import { WrongSetting } from './setting.ts'

/** @throws WrongSetting */
export function readIssuer(issuer: string, mayBePlainHttp: boolean): string {
  const fault = faultOfIssuer(issuer, mayBePlainHttp, 'DEVELOPMENT_PLAIN_HTTP')
  if (fault !== null) throw new WrongSetting('ISSUER', `issuer ${fault}`)
  return issuer
}

/** Why a text is not the URL of an issuer; null if it is. `toAllow` is what lets it be plain http. */
export function faultOfIssuer(
  issuer: string,
  mayBePlainHttp: boolean,
  toAllow: string,
): string | null {
  const url = URL.canParse(issuer) ? new URL(issuer) : null
  if (!url) return 'must be an absolute URL'
  if (!isPrivateUrl(url) && !(url.protocol === 'http:' && mayBePlainHttp)) {
    return `must be an https URL (http beyond this machine is for development: ${toAllow})`
  }
  // RFC 8414 §2: no query, no fragment. One spelling, because issuers are compared as text.
  const plain = url.origin + url.pathname.replace(/\/$/, '')
  return issuer === plain ? null : `must be written ${plain}`
}
