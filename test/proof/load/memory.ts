import { execFileSync } from 'node:child_process'

type Process = { pid: number; parent: number; kilobytes: number; name: string }

/** The memory of the workerd processes under this one, in MiB. */
export function memoryOfWorkerd(): number {
  const all = processes()
  const under = new Set([process.pid])
  // Parents come before their children, apart from where numbers wrap around.
  for (let round = 0; round < 3; round++) {
    for (const { pid, parent } of all) if (under.has(parent)) under.add(pid)
  }
  const own = all.filter(({ pid, name }) => under.has(pid) && name.includes('workerd'))
  return own.reduce((sum, { kilobytes }) => sum + kilobytes, 0) / 1024
}

function processes(): Process[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,comm='], { encoding: 'utf8' })
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, kilobytes, ...name] = line.trim().split(/\s+/)
      return {
        pid: Number(pid),
        parent: Number(parent),
        kilobytes: Number(kilobytes),
        name: name.join(' '),
      }
    })
}
