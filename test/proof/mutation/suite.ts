import { format } from 'node:util'

type Run = () => unknown
type Options = number | { timeout?: number } | undefined
type Scope = { name: string; before: Run[]; after: Run[]; outer: Scope | null }

export type Test = { name: string; run: Run; timeout: number; scope: Scope }

type Define = (name: string, body: () => void, options?: Options) => void

const each =
  (define: Define) =>
  (cases: unknown[]) =>
  (name: string, body: (...values: unknown[]) => unknown, options?: Options) => {
    for (const one of cases) {
      const values = Array.isArray(one) ? one : [one]
      define(named(name, values), () => body(...values), options)
    }
  }

/**
 * As much of Vitest's way to write tests down as ours use. Vitest itself takes a second and more to
 * run one file again; this runs one test again in the time that the test takes.
 */
export function newSuite() {
  const tests: Test[] = []
  let scope: Scope = { name: '', before: [], after: [], outer: null }

  function describe(name: string, body: () => void): void {
    const outer = scope
    scope = { name: `${outer.name}${name} > `, before: [], after: [], outer }
    body()
    scope = outer
  }

  function it(name: string, run: Run, options?: Options): void {
    const timeout = typeof options === 'number' ? options : (options?.timeout ?? 0)
    tests.push({ name: scope.name + name, run, timeout, scope })
  }

  const api = {
    describe: Object.assign(describe, { each: each(describe) }),
    it: Object.assign(it, { each: each(it) }),
    // Not again for another mutant: its results do not depend on a test's verdict.
    beforeAll: (hook: Run) => {
      let done: unknown
      scope.before.push(() => (done ??= hook()))
    },
    beforeEach: (hook: Run) => void scope.before.push(hook),
    afterEach: (hook: Run) => void scope.after.push(hook),
  }
  return { tests, api }
}

export async function runTest({ run, scope }: Test): Promise<void> {
  const scopes = chainOf(scope)
  try {
    for (const hook of scopes.flatMap(({ before }) => before)) await hook()
    await run()
  } finally {
    for (const hook of scopes.flatMap(({ after }) => after).reverse()) await hook()
  }
}

function chainOf(scope: Scope): Scope[] {
  return scope.outer ? [...chainOf(scope.outer), scope] : [scope]
}

function named(name: string, values: unknown[]): string {
  const [first] = values
  const known = (typeof first === 'object' && first !== null ? first : {}) as Record<
    string,
    unknown
  >
  const title = name.replace(/\$(\w+)/g, (whole, field: string) =>
    field in known ? String(known[field]) : whole,
  )
  return title.includes('%') ? format(title, ...values) : title
}
