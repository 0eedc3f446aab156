type ClientOrRole = { id: string; name: string }

/** The first by name, and how many there are: `isMore` if there are more than were counted. */
export type Counted = { first: ClientOrRole[]; count: number; isMore: boolean }

/** The clients and roles that have something that is to be changed or deleted. */
export type InUse = { clients: Counted; roles: Counted }

/** How many names are told. */
export const NAMED_MAX = 10

/** How far is counted: there may be a hundred thousand. */
export const COUNTED_MAX = 1000

export const NOBODY: Counted = { first: [], count: 0, isMore: false }

/** `2 clients (“A” and “B”) have invoices:read, and 1 role (“C”) gives it`. */
export function inUseInWords(what: string, { clients, roles }: InUse): string {
  const held = `${inWords(clients, 'client')} ${isOne(clients) ? 'has' : 'have'} ${what}`
  if (roles.count === 0) return held
  const gives = `${inWords(roles, 'role')} ${isOne(roles) ? 'gives' : 'give'}`
  return clients.count === 0 ? `${gives} ${what}` : `${held}, and ${gives} it`
}

function inWords({ first, count, isMore }: Counted, noun: string): string {
  const names = first.map(({ name }) => `“${name}”`)
  const others = isMore ? 'others' : `${(count - first.length).toLocaleString('en')} more`
  const all = isMore || count > first.length ? [...names, others] : names
  const last = all.at(-1) ?? ''
  const list = all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${last}` : last
  const number = `${isMore ? 'more than ' : ''}${count.toLocaleString('en')}`
  return `${number} ${noun}${count === 1 ? '' : 's'} (${list})`
}

function isOne({ count, isMore }: Counted): boolean {
  return count === 1 && !isMore
}
