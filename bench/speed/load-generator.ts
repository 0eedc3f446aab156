import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import autocannon from 'autocannon'
import { scratch } from './scratch.ts'

export type LoadRequest = {
  method: 'GET' | 'POST'
  path: string
  headers: Record<string, string>
  body?: string | undefined
}

/** The result of loading one server for a while. */
export type LoadResult = {
  answers: number
  seconds: number
  p50: number
  p99: number
  errors: number
}

type Load = {
  url: string
  requests: LoadRequest[]
  status: number
  connections: number
  seconds: number
}

const wrkVersion = /wrk (\S+)/.exec(
  spawnSync('wrk', ['-v'], { encoding: 'utf8' }).stdout ?? '',
)?.[1]
const run = promisify(execFile)

/**
 * How long wrk waits for one answer: local D1 with many concurrent requests is slow, which is not
 * an error.
 */
const WRK_TIMEOUT = '10s'

/** wrk costs the second core less than autocannon, which is there on every machine. */
export const LOAD_GENERATOR = wrkVersion === undefined ? 'autocannon' : `wrk ${wrkVersion}`

/** Sends `requests` by turns, as fast as they are answered; an answer of another status is an error. */
export async function generateLoad(load: Load): Promise<LoadResult> {
  return wrkVersion === undefined ? runAutocannon(load) : runWrk(load)
}

async function runWrk(load: Load): Promise<LoadResult> {
  const script = join(scratch(), 'requests.lua')
  writeFileSync(script, lua(load.requests))
  const flags = ['-t1', `-c${load.connections}`, `-d${load.seconds}`, '--timeout', WRK_TIMEOUT]
  const { stdout } = await run('wrk', [...flags, '-s', script, load.url])
  const line = stdout.split('\n').find((text) => text.startsWith('{')) ?? '{}'
  const { answers, refused, broken, ...rest } = JSON.parse(line) as WrkReport
  // wrk counts what is not 2xx or 3xx; where a refusal is what is asked for, the others are wrong.
  const unexpected = load.status < 400 ? refused : answers - refused
  return { answers, errors: unexpected + broken, ...rest }
}

type WrkReport = Omit<LoadResult, 'errors'> & { refused: number; broken: number }

const quoted = (text: string) => `[==[${text}]==]`

/** Requests that are written out once: building them is not what the second core is for. */
function lua(requests: LoadRequest[]): string {
  const format = ({ method, path, headers, body }: LoadRequest) => {
    const pairs = Object.entries(headers).map(([name, value]) => `["${name}"] = ${quoted(value)}`)
    return `wrk.format("${method}", "${path}", {${pairs.join(', ')}}, ${quoted(body ?? '')})`
  }
  return `local requests, n = {}, 0
init = function()
${requests.map((request) => `  requests[#requests + 1] = ${format(request)}`).join('\n')}
end
request = function()
  n = n % #requests + 1
  return requests[n]
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

async function runAutocannon(load: Load): Promise<LoadResult> {
  const { url, connections, seconds, status } = load
  const requests = load.requests.map(({ body, ...rest }) => ({
    ...rest,
    ...(body !== undefined && { body }),
  }))
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
