import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import tls from 'node:tls'

const CERTIFICATES = join(import.meta.dirname, '../../support/node/certificates')
/**
 * The authority behind `https://localhost` here: libraries of other languages are shown this file.
 */
export const CA = join(CERTIFICATES, 'ca.pem')

// A process reads whom it trusts when it starts, and Vitest has started by now.
tls.setDefaultCACertificates([...tls.getCACertificates(), readFileSync(CA, 'utf8')])

/** HTTPS in front of a server that is known only once it knows its own address: half of the libraries want it. */
export type SecureDoor = { url: string; to: (target: string) => void; close: () => void }

export async function secureDoor(): Promise<SecureDoor> {
  const key = readFileSync(join(CERTIFICATES, 'localhost-key.pem'))
  const cert = readFileSync(join(CERTIFICATES, 'localhost.pem'))
  let target = ''
  const door = createServer({ key, cert }, (incoming, answer) => {
    const { method, url = '/', headers } = incoming
    const onward = request(`${target}${url}`, { method, headers }, (came) => {
      answer.writeHead(came.statusCode ?? 502, came.headers)
      came.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  const url = `https://localhost:${(door.address() as AddressInfo).port}`
  return { url, to: (where) => (target = where), close: () => door.close() }
}
