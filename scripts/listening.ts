import { createServer, isIP } from 'node:net'
import { readFlag } from '../src/domain/flag.ts'
import { CannotStart } from './cannot-start.ts'
import type { Vars } from './dev-vars.ts'

// Where `npm start` listens: this machine alone, unless it is told otherwise twice.

export function readPort(value = '8787'): number {
  const port = Number(value)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new CannotStart(`PORT is "${value}": set it to a number from 1 to 65535.`)
}

const LOOPBACK = ['127.0.0.1', '::1']
const EVERYWHERE = new Set(['0.0.0.0', '::'])

/** The address to listen on; null for this machine only. */
export function readAddressToBind(address: string | undefined, vars: Vars): string | null {
  if (!address || address === 'localhost') return null
  if (isIP(address) === 0) {
    throw new CannotStart(`BIND_ADDRESS is "${address}": set it to an IP address such as 0.0.0.0.`)
  }
  if (LOOPBACK.includes(address) || isPlainHttp(vars)) return address
  throw new CannotStart(
    `BIND_ADDRESS is ${address}, where others could read secrets and tokens in plain http: set ` +
      'DEVELOPMENT_PLAIN_HTTP=true as well, for development alone.',
  )
}

export function isPlainHttp(vars: Vars): boolean {
  return readFlag('DEVELOPMENT_PLAIN_HTTP', vars['DEVELOPMENT_PLAIN_HTTP'])
}

/** How this machine reaches what listens on an address. */
export function hostOf(address: string | null): string {
  if (address === null || EVERYWHERE.has(address)) return 'localhost'
  return isIP(address) === 6 ? `[${address}]` : address
}

export async function requireFreePort(port: number, address: string | null): Promise<void> {
  for (const host of address === null ? LOOPBACK : [...LOOPBACK, address]) {
    const code = await new Promise<string | undefined>((resolve) => {
      const probe = createServer()
      probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
      probe.listen(port, host, () => probe.close(() => resolve(undefined)))
    })
    if (code === 'EADDRINUSE') {
      throw new CannotStart(
        `Port ${port} is in use: stop what uses it, or choose another with PORT=.`,
      )
    }
    if (code === 'EADDRNOTAVAIL' && host === address) {
      throw new CannotStart(`BIND_ADDRESS ${host} is not an address of this machine.`)
    }
    if (code === 'EACCES') {
      throw new CannotStart(`Port ${port} needs a privilege: choose one above 1023 with PORT=.`)
    }
  }
}
