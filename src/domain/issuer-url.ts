import { isPrivateUrl } from '../platform/loopback.ts'
import { WrongSetting } from './setting.ts'

/** @throws WrongSetting */
export function readIssuer(issuer: string, mayBePlainHttp: boolean): string {
  const url = URL.canParse(issuer) ? new URL(issuer) : null
  if (!url) throw wrongIssuer('must be an absolute URL')
  if (!isPrivateUrl(url) && !(url.protocol === 'http:' && mayBePlainHttp)) {
    const unless = 'http beyond this machine is for development: DEVELOPMENT_PLAIN_HTTP'
    throw wrongIssuer(`must be an https URL (${unless})`)
  }
  // RFC 8414 §2: no query, no fragment. One spelling, because issuers are compared as text.
  const plain = url.origin + url.pathname.replace(/\/$/, '')
  if (issuer !== plain) throw wrongIssuer(`must be written ${plain}`)
  return issuer
}

const wrongIssuer = (why: string) => new WrongSetting('ISSUER', `issuer ${why}`)
