import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import autocannon from 'autocannon'
import { scratch } from './scratch.ts'

export type Shot = {
  method: 'GET' | 'POST'
  path: string
  headers: Record<string, string>
  body?: string | undefined
}

/** The result of loading one server for a while. */
export type Fired = { answers: number; seconds: number; p50: number; p99: number; errors: number }

type Aim = { url: string; shots: Shot[]; status: number; connections: number; seconds: number }

const wrkVersion = /wrk (\S+)/.exec(
  spawnSync('wrk', ['-v'], { encoding: 'utf8' }).stdout ?? '',
)?.[1]
const run = promisify(execFile)

/**
 * How long wrk waits for one answer: local D1 with many concurrent requests is slow, which is not
 * an error.
 */
const PATIENCE = '10s'

/** wrk costs the second core less than autocannon, which is there on every machine. */
export const FIRED_WITH = wrkVersion === undefined ? 'autocannon' : `wrk ${wrkVersion}`

/** Fires `shots` by turns, as fast as they are answered; an answer of another status is an error. */
export async function fire(aim: Aim): Promise<Fired> {
  return wrkVersion === undefined ? fireAutocannon(aim) : fireWrk(aim)
}

async function fireWrk(aim: Aim): Promise<Fired> {
  const script = join(scratch(), 'shots.lua')
  writeFileSync(script, lua(aim.shots))
  const flags = ['-t1', `-c${aim.connections}`, `-d${aim.seconds}`, '--timeout', PATIENCE]
  const { stdout } = await run('wrk', [...flags, '-s', script, aim.url])
  const line = stdout.split('\n').find((text) => text.startsWith('{')) ?? '{}'
  const { answers, refused, broken, ...rest } = JSON.parse(line) as WrkReport
  // wrk counts what is not 2xx or 3xx; where a refusal is what is asked for, the others are wrong.
  const unexpected = aim.status < 400 ? refused : answers - refused
  return { answers, errors: unexpected + broken, ...rest }
}

type WrkReport = Omit<Fired, 'errors'> & { refused: number; broken: number }

const quoted = (text: string) => `[==[${text}]==]`

/** Requests that are written out once: building them is not what the second core is for. */
function lua(shots: Shot[]): string {
  const format = ({ method, path, headers, body }: Shot) => {
    const pairs = Object.entries(headers).map(([name, value]) => `["${name}"] = ${quoted(value)}`)
    return `wrk.format("${method}", "${path}", {${pairs.join(', ')}}, ${quoted(body ?? '')})`
  }
  return `local shots, n = {}, 0
init = function()
${shots.map((shot) => `  shots[#shots + 1] = ${format(shot)}`).join('\n')}
end
request = function()
  n = n % #shots + 1
  return shots[n]
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"answers":%d,"seconds":%.6f,"p50":%.4f,"p99":%.4f,"refused":%d,"broken":%d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, e.status, e.connect + e.read + e.write + e.timeout))
end
`
}

async function fireAutocannon(aim: Aim): Promise<Fired> {
  const { url, shots, connections, seconds, status } = aim
  const requests = shots.map(({ body, ...shot }) => (body === undefined ? shot : { ...shot, body }))
  const result = await autocannon({ url, connections, duration: seconds, timeout: 10, requests })
  const answers = result['2xx'] + result.non2xx
  const unexpected = status < 400 ? result.non2xx : result['2xx']
  return {
    answers,
    seconds: result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    errors: unexpected + result.errors,
  }
}
