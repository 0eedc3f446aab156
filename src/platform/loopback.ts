/**
 * Whether a URL's host is this machine itself, with no one to listen in between, so that plain http is
 * safe: `localhost` and names beneath it (RFC 6761 §6.3), 127.0.0.0/8 and ::1 (RFC 1122 §3.2.1.3,
 * RFC 4291 §2.5.3). `hostname` is as a URL spells it, or in any case.
 */
export function isLoopback(hostname: string): boolean {
  return /^(?:(?:.*\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(hostname)
}

/** A URL whose traffic others cannot read: https, or http on this machine. */
export function isPrivateUrl({ protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}
