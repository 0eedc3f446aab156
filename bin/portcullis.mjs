#!/usr/bin/env node
// The command line: as it was built for the package; in a clone its source, by the Node that the project pins.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))

if (existsSync(source)) {
  const node = existsSync(pinned) ? pinned : process.execPath
  const args = [source, ...process.argv.slice(2)]
  const { status, signal } = spawnSync(node, args, { stdio: 'inherit' })
  if (signal) process.kill(process.pid, signal)
  process.exitCode = status ?? 1
} else {
  await import('../dist/cli/main.js')
}
