/** How many random characters follow the prefix of each id that is made here. */
const LENGTHS = {
  administrator: 16,
  api: 16,
  cert: 16,
  client: 22,
  evt: 22,
  fed: 16,
  incident: 22,
  iss: 16,
  jwks: 16,
  key: 16,
  role: 16,
  secret: 16,
  session: 22,
  stream: 22,
} as const

export type IdPrefix = keyof typeof LENGTHS

export function newId(prefix: IdPrefix, random: (length: number) => string): string {
  return `${prefix}_${random(LENGTHS[prefix])}`
}

/** An id that is the same for the same hash, in base64url, and looks like any other. */
export function idOfHash(prefix: IdPrefix, hash: string): string {
  return `${prefix}_${hash.replaceAll(/[-_]/g, 'x').slice(0, LENGTHS[prefix])}`
}

/** Whether a text has the form of such an id. Names may have it, too. */
export function isIdOf(prefix: IdPrefix, text: string): boolean {
  return new RegExp(`^${prefix}_[0-9A-Za-z]{${LENGTHS[prefix]}}$`).test(text)
}

const OTHERS = Object.keys(LENGTHS).filter((prefix) => prefix !== 'client')
const LIKE_OTHERS = new RegExp(`^(?:${OTHERS.join('|')})_[0-9A-Za-z]{16,22}$`)

/** Whether it could be taken for an id that is made here of something else than a client. */
export function isLikeOtherId(text: string): boolean {
  return LIKE_OTHERS.test(text)
}

const LIKE_CLIENT = /^client_[0-9A-Za-z]{1,57}$/

/** Whether it is meant as the id of a client that was made here, mistyped perhaps: it is not a secret. */
export function isLikeClientId(text: string): boolean {
  return LIKE_CLIENT.test(text)
}
