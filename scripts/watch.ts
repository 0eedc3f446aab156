import { spawnSync } from 'node:child_process'

// `npm run test:watch`, `npm run test:watch -- test/domain`: the tests in workerd, run again as files change.

const args = ['watch', '--project', 'unit', ...process.argv.slice(2)]
const { status } = spawnSync('vitest', args, {
  stdio: 'inherit',
  shell: process.platform === 'win32',
})
process.exitCode = status ?? 1
