// `npm run bench -- NAME`: each benchmark is a file of its own in bench/, and prints one table.
export const BENCHES: Record<string, () => Promise<{ run: () => Promise<void> }>> = {
  guard: () => import('../bench/guard.ts'),
  cron: () => import('../bench/cron.ts'),
}

const names = process.argv.slice(2)
const unknown = names.filter((name) => !(name in BENCHES))
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}: choose of ${Object.keys(BENCHES).join(', ')}.`,
  )
  process.exit(1)
}
for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
  const bench = await BENCHES[name]?.()
  await bench?.run()
}
