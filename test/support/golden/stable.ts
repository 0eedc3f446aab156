// Random and secret texts get names by their places on the page, such as `client-1`: the same thing has one name.

type Changing = { pattern: RegExp; name: string }

const KINDS = 'client secret key jwks cert fed iss api role administrator session incident evt test'

const CHANGING: Changing[] = [
  { pattern: /(?<=name="form_token" value=")[^"]+/g, name: 'form-token' },
  { pattern: /(?<=name="kept" value=")[^"]+/g, name: 'kept-form' },
  { pattern: /(?<=\?v=)[0-9a-z]+(?=")/g, name: 'version' },
  { pattern: /(?<=[?;]cursor=)[^"]+/g, name: 'cursor' },
  { pattern: /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, name: 'request' },
  { pattern: /\bpc_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}/g, name: 'secret-text' },
  { pattern: /\bpc_[0-9A-Za-z]{6}…[0-9A-Za-z]{4}/g, name: 'pc_…' },
  { pattern: new RegExp(`\\b(?:${KINDS.replaceAll(' ', '|')})_[0-9A-Za-z]{12,}`, 'g'), name: '' },
  { pattern: /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, name: 'token' },
  // The thumbprint of a key, and the id of a token.
  { pattern: /(?<![\w-])[\w-]{43}(?![\w-])/g, name: 'kid' },
  { pattern: /(?<=> )[0-9A-Za-z]{22}$/gm, name: 'jti' },
]

export function stable(text: string): string {
  const short = text.replaceAll(/x{20,}/g, (all) => `x…${all.length}`)
  return CHANGING.reduce((all, one) => renamed(all, one), short)
}

function renamed(text: string, { pattern, name }: Changing): string {
  const names = new Map<string, string>()
  const counts = new Map<string, number>()
  return text.replaceAll(pattern, (found) => {
    const known = names.get(found)
    if (known !== undefined) return known
    const kind = name || found.slice(0, found.indexOf('_'))
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    names.set(found, `${kind}-${count}`)
    return `${kind}-${count}`
  })
}
