import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readKeyRing } from '../../src/crypto/key-ring.ts'
import { builtCommandLine, type Ended, inTerminal, run } from '../support/node/command-line.ts'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'

const KEYS = ['PEPPER', 'WRAPPING_KEY', 'AUDIT_KEY', 'COOKIE_KEY']
const ALL = [...KEYS, 'BOOTSTRAP_TOKEN']

let built: ReturnType<typeof builtCommandLine>
let folder = ''

beforeAll(() => {
  built = builtCommandLine()
})
afterAll(() => rmSync(built.folder, { recursive: true }))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-secrets-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const secrets = (words: string[], input = ''): Promise<Ended> =>
  run([process.execPath, built.bin, 'secrets', ...words], { input })

type Values = Record<string, string>
const jsonOf = async (words: string[], input = '') =>
  JSON.parse((await secrets([...words, '--json'], input)).stdout) as Values
const linesOf = (stdout: string): Values =>
  Object.fromEntries(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('=')),
  ) as Values

describe('portcullis secrets make', () => {
  it('makes four keys in the form that the server reads, and a bootstrap token', async () => {
    const { code, stdout, stderr } = await secrets(['make'])
    expect(code).toBe(0)
    const values = linesOf(stdout)
    expect(Object.keys(values)).toEqual(ALL)
    for (const name of KEYS) expect(readKeyRing(name, values[name]).current.version).toBe('1')
    expect(values['BOOTSTRAP_TOKEN']).toMatch(/^[0-9A-Za-z]{43}$/)
    expect(new Set(Object.values(values)).size).toBe(ALL.length)
    expect(stderr).toContain('password manager')
    for (const value of Object.values(values)) expect(stderr).not.toContain(value)
  })

  it('makes others each time, and those alone that are named', async () => {
    const [one, other] = [await jsonOf(['make']), await jsonOf(['make'])]
    for (const name of ALL) expect(one[name]).not.toBe(other[name])
    expect(Object.keys(await jsonOf(['make', 'BOOTSTRAP_TOKEN', 'PEPPER']))).toEqual([
      'BOOTSTRAP_TOKEN',
      'PEPPER',
    ])
    const { code, stderr } = await secrets(['make', 'PEPER'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('Allowed choices are PEPPER,')])
  })

  it('writes them to a file for oneself alone, prints none, and overwrites nothing', async () => {
    const file = join(folder, 'secrets.json')
    const { code, stdout, stderr } = await secrets(['make', '--file', file])
    expect(code).toBe(0)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const text = readFileSync(file, 'utf8')
    const values = JSON.parse(text) as Values
    expect(Object.keys(values)).toEqual(ALL)
    for (const value of Object.values(values)) expect(stdout + stderr).not.toContain(value)
    expect(stdout).toContain(`npx wrangler secret bulk ${file}`)
    const again = await secrets(['make', '--file', file])
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('is there already')])
    expect(readFileSync(file, 'utf8')).toBe(text)
    const nowhere = await secrets(['make', '--file', join(folder, 'none', 'secrets.json')])
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('ENOENT')])
    expect(readdirSync(folder)).toEqual(['secrets.json'])
  })
})

describe('portcullis secrets rotate', () => {
  it('puts a new version before the old ones, which all go on being read', async () => {
    const { PEPPER: first = '' } = await jsonOf(['make', 'PEPPER'])
    const { PEPPER: second = '' } = await jsonOf(['rotate', 'PEPPER'], `${first}\n`)
    const ring = readKeyRing('PEPPER', second)
    expect(second).toBe(`2:${ring.current.key},${first}`)
    expect(ring.versions.get('1')).toBe(readKeyRing('PEPPER', first).current.key)
    const { PEPPER: third = '' } = await jsonOf(['rotate', 'PEPPER'], second)
    expect(third).toMatch(/^3:\w{43},2:/)
    expect(third.endsWith(second)).toBe(true)
  })

  it.each([
    ['versions that are no numbers', `a:${'k'.repeat(32)}`, '1:'],
    ['versions in another order', `3:${'k'.repeat(32)},10:${'l'.repeat(32)}`, '11:'],
    ['a key with every character that it may have', `1:${'"$`\\#%=\';{}'.repeat(3)}`, '2:'],
  ])('takes %s', async (_, old, next) => {
    const value = (await jsonOf(['rotate', 'AUDIT_KEY'], old))['AUDIT_KEY'] ?? ''
    expect(value.startsWith(next)).toBe(true)
    expect(value.endsWith(`,${old}`)).toBe(true)
    expect(readKeyRing('AUDIT_KEY', value).versions.size).toBeGreaterThan(1)
  })

  it('does it in two steps, so that two deployments at once read each other', async () => {
    const { PEPPER: first = '' } = await jsonOf(['make', 'PEPPER'])
    const { PEPPER: prepared = '' } = await jsonOf(['rotate', 'PEPPER', '--step', 'prepare'], first)
    expect(prepared).toMatch(new RegExp(`^${first},2:\\w{43}$`))
    const said = await secrets(['rotate', 'PEPPER', '--step', 'prepare'], first)
    expect(said.stderr).toContain('run the command again with --step finish')
    expect(said.stderr).not.toContain('Keep the old version')
    const finish = ['rotate', 'PEPPER', '--step', 'finish']
    const { PEPPER: finished = '' } = await jsonOf(finish, prepared)
    expect(finished.split(',')).toEqual(prepared.split(',').toReversed())
    const { code, stderr } = await secrets(finish, first)
    expect([code, stderr]).toEqual([2, expect.stringContaining('give --step prepare first')])
  })

  it.each([
    ['a rotation that is finished', `2:${'n'.repeat(32)},1:${'o'.repeat(32)}`],
    ['two that are finished', `3:${'n'.repeat(32)},2:${'o'.repeat(32)},1:${'p'.repeat(32)}`],
    [
      'a newer version that is not last',
      `1:${'o'.repeat(32)},3:${'n'.repeat(32)},2:${'m'.repeat(32)}`,
    ],
    ['a newer version of two digits', `10:${'n'.repeat(32)},9:${'o'.repeat(32)}`],
    ['a version of which no number says its age', `1:${'o'.repeat(32)},b:${'n'.repeat(32)}`],
  ])('finishes nothing twice, so that no old key comes back into use: %s', async (_, value) => {
    const file = join(folder, 'finished.json')
    const finish = ['rotate', 'PEPPER', '--step', 'finish', '--file', file]
    const { code, stdout, stderr } = await secrets(finish, value)
    expect([code, stdout, readdirSync(folder)]).toEqual([2, '', []])
    expect(stderr).toContain('is not the newest: the rotation is finished already')
    for (const part of value.split(',')) expect(stderr).not.toContain(part)
  })

  it.each([
    ['behind a rotation in one step', `2:${'o'.repeat(32)},1:${'p'.repeat(32)}`, '3,2,1'],
    ['behind versions that are no numbers', `b:${'o'.repeat(32)},a:${'p'.repeat(32)}`, '1,b,a'],
  ])('finishes what was prepared %s', async (_, old, order) => {
    const prepare = ['rotate', 'PEPPER', '--step', 'prepare']
    const { PEPPER: prepared = '' } = await jsonOf(prepare, old)
    const finish = ['rotate', 'PEPPER', '--step', 'finish']
    const { PEPPER: finished = '' } = await jsonOf(finish, prepared)
    expect(finished.split(',').map((one) => one.split(':')[0])).toEqual(order.split(','))
  })

  it('says that the old version is needed for longer, of a key on which rows stand', async () => {
    const old = `1:${'k'.repeat(40)}`
    const { stderr } = await secrets(['rotate', 'PEPPER'], old)
    expect(stderr).toContain('/health counts nothing that needs it (keys), and 31 days longer')
    expect((await secrets(['rotate', 'COOKIE_KEY'], old)).stderr).not.toContain('31 days')
  })

  it('takes the line that make printed', async () => {
    const { stdout: line } = await secrets(['make', 'COOKIE_KEY'])
    const { stdout } = await secrets(['rotate', 'COOKIE_KEY'], line)
    const old = line.trim().replace('COOKIE_KEY=', '')
    expect(linesOf(stdout)['COOKIE_KEY']).toMatch(new RegExp(`^2:\\w{43},${old}$`))
  })

  it('refuses what is no key, quotes none of it, and makes no file', async () => {
    const file = join(folder, 'rotated.json')
    for (const old of ['', 'a-secret-that-was-pasted-without-version', '1:short', '1:a b']) {
      const { code, stdout, stderr } = await secrets(['rotate', 'PEPPER', '--file', file], old)
      expect([old, code, stdout]).toEqual([old, 2, ''])
      expect(stderr).toContain('No key was made.')
      if (old) expect(stderr).not.toContain(old)
    }
    expect(readdirSync(folder)).toEqual([])
    const { code, stderr } = await secrets(['rotate', 'BOOTSTRAP_TOKEN'], 'x')
    expect([code, stderr]).toEqual([2, expect.stringContaining('Allowed choices are PEPPER,')])
  })

  it('asks for the old value on a terminal, and shows none of what is typed', async () => {
    const words = [process.execPath, built.bin, 'secrets', 'rotate', 'PEPPER']
    const file = join(folder, 'rotated.json')
    const old = `1:${'k'.repeat(40)}`
    const { stdout } = await run(inTerminal([...words, '--file', file]), { input: `${old}\n` })
    expect(stdout).toContain('The value of PEPPER now: ')
    expect((JSON.parse(readFileSync(file, 'utf8')) as Values)['PEPPER']).toMatch(/^2:\w+,1:k+$/)
  })
})

describe('a server with the secrets that were made', () => {
  let worker: RunningWorker
  afterAll(() => worker.close())

  it('starts, and lets their bootstrap token in', async () => {
    const vars = await jsonOf(['make'])
    worker = await runWorker(vars)
    const { status } = await fetch(`${worker.issuer}/admin/v1/clients`, {
      headers: { Authorization: `Bearer ${vars['BOOTSTRAP_TOKEN']}` },
    })
    expect(status).toBe(200)
  })
})
