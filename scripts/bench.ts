// `npm run bench -- NAME [options]`: each benchmark is a file of its own in bench/, and prints its tables.
type Bench = { run: (args: string[]) => Promise<void> }

export const BENCHES: Record<string, () => Promise<Bench>> = {
  peers: () => import('../bench/speed.ts'),
  steps: () => import('../bench/steps.ts'),
  guard: () => import('../bench/guard.ts'),
  cron: () => import('../bench/cron.ts'),
  growth: () => import('../bench/growth.ts'),
  lists: () => import('../bench/lists.ts'),
  gates: () => import('../bench/gates.ts'),
}

const args = process.argv.slice(2)
const options = args.findIndex((arg) => arg.startsWith('-'))
const names = options === -1 ? args : args.slice(0, options)
const unknown = names.filter((name) => !(name in BENCHES))
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}: choose of ${Object.keys(BENCHES).join(', ')}.`,
  )
  process.exit(1)
}
for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
  const bench = await BENCHES[name]?.()
  await bench?.run(options === -1 ? [] : args.slice(options))
}
