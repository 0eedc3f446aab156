import { isLoopback } from '../../platform/loopback.ts'

/** The mail server of SMTP_URL. */
export type SmtpServer = {
  /** In brackets if it is an IPv6 address. */
  host: string
  port: number
  /** Whether TLS begins with the first byte; else STARTTLS begins it. */
  implicitTls: boolean
  credentials: Credentials | null
}
export type Credentials = { user: string; password: string }

const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/i
const WRONG =
  'SMTP_URL must be smtp://user:password@host:587 or smtps://user:password@host:465, with the user ' +
  'and the password percent-encoded; both, and the port, can be left out'

/** @throws TypeError that quotes nothing of the URL, which holds a password */
export function readSmtpUrl(text: string): SmtpServer {
  const url = URL.canParse(text) ? new URL(text) : null
  const credentials = url && readCredentials(url)
  if (!url || !credentials || !isPlainUrl(url)) throw new TypeError(WRONG)
  const implicitTls = url.protocol === 'smtps:'
  return {
    host: url.hostname,
    port: url.port === '' ? (implicitTls ? 465 : 587) : Number(url.port),
    implicitTls,
    credentials: credentials.user === '' ? null : credentials,
  }
}

/** Credentials may go to this machine itself without TLS: no one listens in between. */
export function isLocal({ host }: SmtpServer): boolean {
  return isLoopback(host)
}

function isPlainUrl(url: URL): boolean {
  const isKnown = url.protocol === 'smtp:' || url.protocol === 'smtps:'
  const isBare = ['', '/'].includes(url.pathname) && url.search === '' && url.hash === ''
  return isKnown && isBare && HOST.test(url.hostname) && url.port !== '0'
}

/** Both empty, or neither; otherwise null. */
function readCredentials(url: URL): Credentials | null {
  try {
    const user = decodeURIComponent(url.username)
    const password = decodeURIComponent(url.password)
    // RFC 4616 §2: AUTH PLAIN separates them with NUL.
    const isWrong = (user === '') !== (password === '') || `${user}${password}`.includes('\0')
    return isWrong ? null : { user, password }
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}
