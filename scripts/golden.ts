import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'

// `npm run golden`: renders the golden pages and letters anew (test/golden) and accepts them all. Git says what that
// changes.

const root = join(import.meta.dirname, '..')
rmSync(join(root, 'test/golden'), { recursive: true, force: true })
const { status } = spawnSync('vitest', ['run', '--project', 'unit', 'golden'], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, ACCEPT_GOLDEN: '1' },
})
process.exitCode = status ?? 1
