import { WrongSetting } from './setting.ts'

/**
 * The host on which clients present certificates, as a URL spells it.
 * @throws WrongSetting
 */
export function readMtlsHost(host: string | undefined): string | null {
  if (host === undefined || host === '') return null
  // One spelling, because it is compared with a URL's host.
  if (URL.canParse(`https://${host}`) && new URL(`https://${host}`).host === host) return host
  const example = 'a host alone, in lower case, such as mtls.example.com'
  throw new WrongSetting('MTLS_HOST', `mtlsHost must be ${example}`)
}
