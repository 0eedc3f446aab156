export type PemLabel = 'CERTIFICATE' | 'PUBLIC KEY'

/**
 * The base64 of each block (RFC 7468 §2) in a text that is such blocks and nothing else; null for any
 * other text.
 */
export function pemBlocks(text: string, label: PemLabel): string[] | null {
  const blocks: string[] = []
  const rest = text.replaceAll(blockOf(label), (_block, body: string) => {
    blocks.push(body.replaceAll(/\s/g, ''))
    return ''
  })
  return blocks.length > 0 && rest.trim() === '' ? blocks : null
}

/**
 * The base64 of a text that is one block; null for any other, also with something beside it: `openssl
 * pkey -text` writes the numbers of a private key beside the block of its public key.
 */
export function onlyPemBlock(text: string, label: PemLabel): string | null {
  const [only, another] = pemBlocks(text, label) ?? []
  return another === undefined ? (only ?? null) : null
}

const blockOf = (label: PemLabel) =>
  new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`, 'g')

/** As OpenSSL, OpenSSH, PGP and SSH2 begin and end one. */
const PRIVATE_KEY = /PRIVATE KEY[A-Z ]*-{4}/

/** Whether a private key begins or ends anywhere in the text. */
export function hasPrivatePem(text: string): boolean {
  return PRIVATE_KEY.test(text)
}
