import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { pemOf } from '../client-certificates/presented.ts'

const CERTIFICATES = join(import.meta.dirname, 'certificates')
const OURS = new Set(['client-cert-proxy-secret', 'client-cert', 'client-cert-verified'])

/** The authority behind `https://localhost` here, as a file for other processes. */
export const SERVER_CA = join(CERTIFICATES, 'ca.pem')

export type MtlsDoor = {
  url: string
  host: string
  to: (target: string) => void
  close: () => void
}

/** HTTPS that asks for a client certificate, and reports it as docs/certificates.md says. */
export async function mtlsDoor(secret: string): Promise<MtlsDoor> {
  const options = {
    key: readFileSync(join(CERTIFICATES, 'localhost-key.pem')),
    cert: readFileSync(join(CERTIFICATES, 'localhost.pem')),
    ca: pemOf('ca'),
    requestCert: true,
    rejectUnauthorized: false,
  }
  let target = ''
  const door = createServer(options, (incoming, answer) => {
    const { method, url = '/', socket } = incoming
    const sent = Object.entries(incoming.headers).filter(([name]) => !OURS.has(name))
    const told = { 'client-cert-proxy-secret': secret, ...reportOf(socket as TLSSocket) }
    const headers = { ...Object.fromEntries(sent), ...told }
    const onward = request(`${target}${url}`, { method, headers }, (came) => {
      answer.writeHead(came.statusCode ?? 502, came.headers)
      came.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  const host = `localhost:${(door.address() as AddressInfo).port}`
  return {
    host,
    url: `https://${host}`,
    to: (where) => (target = where),
    close: () => door.close(),
  }
}

/** RFC 9440 §2.1, and the verdict in OpenSSL's words. */
function reportOf(socket: TLSSocket): Record<string, string> {
  const { raw } = socket.getPeerCertificate()
  if (!(raw as Buffer | undefined)) return {}
  const verified = socket.authorized ? 'SUCCESS' : `FAILED:${reasonOf(socket.authorizationError)}`
  return { 'client-cert': `:${raw.toString('base64')}:`, 'client-cert-verified': verified }
}

const reasonOf = (error: unknown) =>
  String(error).includes('DEPTH_ZERO_SELF_SIGNED_CERT') ? 'self-signed certificate' : String(error)
