import { Context } from 'hono'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type CookieName, readCookie } from '../../src/console/kit/cookie.ts'
import type { ConsoleContext } from '../../src/console/kit/console-env.ts'
import { signIn } from '../support/console.ts'
import { openIdProvider, sessionIn } from '../support/provider.ts'
import { type TestServer, testServer } from '../support/server.ts'

afterEach(() => vi.restoreAllMocks())

const NAMES: CookieName[] = [
  '__Host-portcullis',
  '__Host-portcullis-sign-in',
  '__Host-portcullis-flash',
]

/** The characters that JavaScript strips as white space, and some that are invisible. */
const CODES = [
  [0x0b, 0x0c, 0x1c, 0x1f, 0x85, 0xa0, 0xad, 0x1680, 0x180e, 0x2000, 0x2001, 0x2002, 0x2003],
  [0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x200b, 0x2028, 0x2029, 0x202f],
  [0x205f, 0x2060, 0x3000, 0x3164, 0xfeff],
]
const SPACES = CODES.flat().map((code) => String.fromCodePoint(code))

/** Each byte of its UTF-8 as a character, as Fetch reads a header. workerd decodes it instead. */
const inBytes = (text: string) => String.fromCharCode(...new TextEncoder().encode(text))

/** Reads a cookie from a header. A real Request with other than ASCII makes workerd warn. */
function read(name: CookieName, header: string): string | undefined {
  const request = { headers: { get: () => header } } as unknown as Request
  const c: ConsoleContext = new Context(request)
  return readCookie(c, name)
}

describe.each(NAMES)('the cookie %s', (name) => {
  const short = name.replace('__Host-', '')

  it.each([
    `${name}=mine`,
    `a=1; ${name}=mine; b=2`,
    `a=1;${name}=mine;b=2`,
    `a=1; \t ${name} \t= mine\t; b=2`,
    `flag; =${name}; ${name}=mine`,
    `x${name}=1; ${name}x=2; ${name.toLowerCase()}=3; ${name}=mine`,
    `${short}=theirs; __Secure-${short}=theirs; ${name}=mine`,
  ])('is read of %j', (header) => {
    expect(read(name, header)).toBe('mine')
  })

  it.each([
    '',
    name,
    `${name.toLowerCase()}=theirs`,
    `__HOST-${short}=theirs`,
    `__Secure-${short}=theirs`,
    `${short}=theirs`,
    `x${name}=theirs`,
    `"${name}"=theirs`,
    `%5F%5FHost-${short}=theirs`,
    `a=1, ${name}=theirs`,
  ])('is not there in %j', (header) => {
    expect(read(name, header)).toBeUndefined()
  })

  it('is not one whose name has white space that browsers keep, before or behind it', () => {
    for (const space of SPACES.flatMap((one) => [one, inBytes(one)])) {
      for (const theirs of [`${space}${name}=theirs`, `${name}${space}=theirs`]) {
        expect([theirs, read(name, theirs)]).toEqual([theirs, undefined])
        expect([theirs, read(name, `a=1; ${theirs}`)]).toEqual([theirs, undefined])
        expect(read(name, `${theirs}; ${name}=mine`)).toBe('mine')
        expect(read(name, `${name}=mine; ${theirs}`)).toBe('mine')
      }
    }
  })

  it.each([
    `${name}=mine; ${name}=theirs`,
    `${name}=mine; a=1; ${name}=mine`,
    `${name}=; ${name}=theirs`,
    `${name}=theirs;\t${name} =`,
    `${name}="; ${name}=theirs`,
    `${name}=a,b; ${name}=theirs; ${name}=x`,
    `${name}=\u00e4; ${name}=theirs`,
  ])('is none where it comes twice: %j', (header) => {
    expect(read(name, header)).toBeUndefined()
  })
})

async function isSignedIn(server: TestServer, cookie: string): Promise<boolean> {
  const init = { headers: { Cookie: cookie }, redirect: 'manual' } as const
  return (await server.send('/console/clients', init)).status === 200
}

describe('somebody else’s cookie', () => {
  it('signs nobody in as its owner, whatever it is called', async () => {
    const server = testServer()
    const theirs = (await signIn(server)).cookie
    expect(await isSignedIn(server, theirs)).toBe(true)
    expect(await isSignedIn(server, `\u2000${theirs}`)).toBe(false)
    expect(await isSignedIn(server, `\ufeff${theirs}`)).toBe(false)
    expect(await isSignedIn(server, `other=1; \u3000${theirs}`)).toBe(false)
  })

  it('takes no session away that has the right name, and none is chosen of two', async () => {
    const server = testServer()
    const [mine, theirs] = [(await signIn(server)).cookie, (await signIn(server)).cookie]
    expect(await isSignedIn(server, `\u2000${theirs}; ${mine}`)).toBe(true)
    expect(await isSignedIn(server, `${theirs}; ${mine}`)).toBe(false)
    expect(await isSignedIn(server, `${mine}; __Host-portcullis=x`)).toBe(false)
  })

  it.each([
    ['under a name with white space', (theirs: string) => `\u2000${theirs}`],
    ['beside one of the same name', (theirs: string) => `${theirs}; __Host-portcullis-sign-in=x`],
    ['beside an empty one', (theirs: string) => `__Host-portcullis-sign-in=; ${theirs}`],
  ])('finishes no sign-in that they began, %s', async (_what, as) => {
    const { start, finish } = await openIdProvider()
    const { cookie, state } = await start()
    const end = await finish(as(cookie), { state, code: 'theirs' })
    expect(end.status).toBe(400)
    expect(sessionIn(end)).toBeNull()
  })
})
