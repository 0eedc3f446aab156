import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Fields of /proc/<pid>/stat, counted from the one behind the command, which may hold anything. */
const PARENT = 1
const USER = 11
const SYSTEM = 12

const ticksASecond =
  process.platform === 'linux'
    ? Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
    : 0

/** Seconds of CPU that a process and its descendants have used; null without /proc. */
export function cpuSecondsOf(pid: number): number | null {
  if (ticksASecond === 0) return null
  const stats = allStats()
  let ticks = 0
  const left = [pid]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const fields = stats.get(next)
    ticks += Number(fields?.[USER] ?? 0) + Number(fields?.[SYSTEM] ?? 0)
    for (const [child, { [PARENT]: parent }] of stats) {
      if (Number(parent) === next) left.push(child)
    }
  }
  return ticks / ticksASecond
}

function allStats(): Map<number, string[]> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return new Map(
    pids.flatMap((pid) => {
      const text = statOf(pid)
      return text === null
        ? []
        : [[Number(pid), text.slice(text.lastIndexOf(')') + 2).split(' ')] as const]
    }),
  )
}

/**
 * Milliseconds of CPU that the threads of a process have used, to the microsecond: a tick of
 * `/proc/<pid>/stat` is ten milliseconds. Null without /proc.
 */
export function exactCpuOf(pid: number): number | null {
  if (ticksASecond === 0) return null
  const tasks = `/proc/${pid}/task`
  const nanoseconds = readdirSync(tasks).map((task) =>
    Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]),
  )
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6
}

/** Null for a process that ended in the meantime. */
function statOf(pid: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}
