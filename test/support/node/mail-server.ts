import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

const certificates = join(import.meta.dirname, 'certificates')

/** The certificate of `localhost`, for clients that trust `certificates/ca.pem`. */
export const TLS = {
  key: readFileSync(join(certificates, 'localhost-key.pem')),
  cert: readFileSync(join(certificates, 'localhost.pem')),
}

/** Certificates of the same key for `localhost` from an unknown CA, and from the known one for another name. */
export const UNTRUSTED = readFileSync(join(certificates, 'untrusted.pem'))
export const OTHER_NAME = readFileSync(join(certificates, 'other-name.pem'))

export type ParsedMail = Email & { raw: string; envelope: { from: string; to: string[] } }

export type MailServer = {
  /** For SMTP_URL, with the credentials where it asks for some. */
  url: string
  port: number
  /** The messages that it accepted, in order. */
  messages: ParsedMail[]
  close(): Promise<void>
}

export type MailServerOptions = {
  /** TLS from the start. */
  secure?: boolean
  /** Whether STARTTLS is offered. */
  starttls?: boolean
  auth?: { user: string; pass: string; methods?: string[] }
  /** Hooks of smtp-server, for a server that refuses; `onData` replaces the keeping of messages. */
  behave?: Partial<SMTPServerOptions>
}

/** A real mail server on a port of its own, which keeps what it is given. */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const messages: ParsedMail[] = []
  const server = new SMTPServer({ ...optionsOf(options, messages), ...options.behave })
  // A client that leaves without a word does not make the server fail.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  const { auth } = options
  const login = auth ? `${encodeURIComponent(auth.user)}:${encodeURIComponent(auth.pass)}@` : ''
  return {
    url: `${options.secure ? 'smtps' : 'smtp'}://${login}localhost:${port}`,
    port,
    messages,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function optionsOf(options: MailServerOptions, messages: ParsedMail[]): SMTPServerOptions {
  const { secure = false, starttls = false, auth } = options
  return {
    ...TLS,
    secure,
    authMethods: auth?.methods ?? ['PLAIN', 'LOGIN'],
    authOptional: !auth,
    disabledCommands: [...(auth ? [] : ['AUTH']), ...(starttls ? [] : ['STARTTLS'])],
    disableReverseLookup: true,
    closeTimeout: 200,
    onAuth({ username, password }, _session, callback) {
      if (username === auth?.user && password === auth?.pass) callback(null, { user: username })
      else callback(new Error('Wrong user or password'))
    },
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        const to = envelope.rcptTo.map(({ address }) => address)
        const raw = Buffer.concat(chunks).toString('utf8')
        void keep(raw, { from, to }, messages).finally(() => callback())
      })
    },
  }
}

async function keep(raw: string, envelope: ParsedMail['envelope'], messages: ParsedMail[]) {
  messages.push({ ...(await PostalMime.parse(raw)), raw, envelope })
}
