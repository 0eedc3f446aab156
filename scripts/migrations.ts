import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrationsText } from './migration-marks.ts'

// `npm run migrations`: drizzle-kit makes the next migration from the schema, and what each one leaves is noted
// for /health. `npm run migrations -- --name x` names it. A migration by hand (`-- --custom`) is written first,
// and noted by a second run.

const root = join(import.meta.dirname, '..')
const drizzle = join(root, 'node_modules/drizzle-kit/bin.cjs')
const { status } = spawnSync(process.execPath, [drizzle, 'generate', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
if (status !== 0) process.exit(status ?? 1)
writeFileSync(join(root, 'src/storage/migrations.ts'), migrationsText(join(root, 'migrations')))
spawnSync('biome', ['format', '--write', 'src/storage/migrations.ts'], { cwd: root })
console.log('Wrote src/storage/migrations.ts.')
