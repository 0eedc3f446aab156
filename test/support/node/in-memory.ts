import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
/** The largest tests leave some hundred megabytes, and the machine needs its memory for more. */
const ROOM = 4 * 2 ** 30

let made = false

/**
 * From now on temporary files of this process are kept in memory, where there is room: Miniflare has its databases
 * there, each change of one waits for the disk, and none outlives its test.
 */
export function keepInMemory(): void {
  if (made || !hasRoom()) return
  made = true
  const folder = mkdtempSync(join(MEMORY, 'portcullis-run-'))
  process.env['TMPDIR'] = folder
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
}

function hasRoom(): boolean {
  if (process.platform !== 'linux') return false
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    return Math.min(bavail * bsize, available()) > ROOM && mayRun()
  } catch {
    return false
  }
}

/** The bytes of memory that could be had without swapping. */
function available(): number {
  const [, kilobytes = '0'] = /^MemAvailable: +(\d+)/m.exec(read('/proc/meminfo')) ?? []
  return Number(kilobytes) * 1024
}

/** Whether programs may be run from there: processes that inherit the setting may want to. */
function mayRun(): boolean {
  const lines = read('/proc/mounts').split('\n')
  const [, , , options = 'noexec'] =
    lines.find((line) => line.includes(` ${MEMORY} `))?.split(' ') ?? []
  return !options.split(',').includes('noexec')
}

const read = (file: string) => readFileSync(file, 'utf8')
