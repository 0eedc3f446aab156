import { parseArgs } from 'node:util'

/** What follows the names: each benchmark reads those that it knows. */
export type BenchOptions = { sizes?: string | undefined }

// `npm run bench -- NAME`: each benchmark is a file of its own in bench/, and prints its tables.
export const BENCHES: Record<
  string,
  () => Promise<{ run: (options: BenchOptions) => Promise<void> }>
> = {
  guard: () => import('../bench/guard.ts'),
  cron: () => import('../bench/cron.ts'),
  growth: () => import('../bench/growth.ts'),
}

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { sizes: { type: 'string' } },
})
const unknown = names.filter((name) => !(name in BENCHES))
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}: choose of ${Object.keys(BENCHES).join(', ')}.`,
  )
  process.exit(1)
}
for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
  const bench = await BENCHES[name]?.()
  await bench?.run(options)
}
