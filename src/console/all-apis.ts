import type { Api } from '../domain/api.ts'
import type { Apis, PagePosition } from '../domain/ports.ts'

const PAGE = 100

/** Every API there is, for a choice among their permissions: one that is left out could not stay chosen. */
export async function allApis(apis: Apis): Promise<Api[]> {
  const all: Api[] = []
  let after: PagePosition | null = null
  do {
    const page: Awaited<ReturnType<Apis['list']>> = await apis.list(PAGE, after)
    all.push(...page.items)
    after = page.next
  } while (after !== null)
  return all
}
