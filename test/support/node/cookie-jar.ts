/** A browser without scripts, as far as signing in asks for one: cookies of each origin, and forms. */
export function browser() {
  const jars = new Map<string, Map<string, string>>()

  async function open(url: string, fields?: Record<string, string>): Promise<Response> {
    const { origin } = new URL(url)
    const jar = jars.get(origin) ?? new Map<string, string>()
    jars.set(origin, jar)
    const headers = new Headers({ Cookie: [...jar].map((pair) => pair.join('=')).join('; ') })
    if (fields) headers.set('Origin', origin)
    const response = await fetch(url, {
      headers,
      redirect: 'manual',
      ...(fields ? { method: 'POST', body: new URLSearchParams(fields) } : {}),
    })
    for (const cookie of response.headers.getSetCookie()) keep(jar, cookie)
    return response
  }

  /** The same, and on to wherever it leads, until `isEnough` or a page. */
  async function follow(
    url: string,
    fields?: Record<string, string>,
    isEnough: (url: string) => boolean = () => false,
  ): Promise<{ url: string; response: Response }> {
    const response = await open(url, fields)
    const target = response.headers.get('location')
    if (target === null) return { url, response }
    const next = new URL(target, url).href
    return isEnough(next) ? { url: next, response } : follow(next, undefined, isEnough)
  }

  const cookieOf = (origin: string, name: string) => jars.get(origin)?.get(name)
  const setCookie = (origin: string, name: string, value: string) =>
    void jars.get(origin)?.set(name, value)
  return { open, follow, cookieOf, setCookie }
}

function keep(jar: Map<string, string>, cookie: string): void {
  const [pair = '', ...attributes] = cookie.split('; ')
  const at = pair.indexOf('=')
  const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
  const isGone = value === '' || attributes.some((one) => /^max-age=0$/i.test(one))
  if (isGone) jar.delete(name)
  else jar.set(name, value)
}
