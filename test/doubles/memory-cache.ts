/** The answers that a location keeps, and until when. */
export type Kept = Map<string, { response: Response; until: number }>

/** The part of the Cache API that the server uses: it goes by `max-age`, and by the right clock. */
export function memoryCache(kept: Kept, now: () => number) {
  return {
    async match(uri: string): Promise<Response | undefined> {
      const found = kept.get(uri)
      return found && found.until > now() ? found.response.clone() : undefined
    },
    async put(uri: string, response: Response): Promise<void> {
      const age = Number(/max-age=(\d+)/.exec(response.headers.get('cache-control') ?? '')?.[1])
      kept.set(uri, { response, until: now() + age })
    },
  }
}
