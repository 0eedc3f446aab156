import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtCommandLine, type Ended, run } from '../support/node/command-line.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'

// docs/verifiable-audit.md: its demonstration, and the commands of the audit tree with their exit codes.

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/verifiable-audit.md'), 'utf8')
const BLOCKS = [...PAGE.matchAll(/```bash\n(.*?)```/gs)].map(([, block = '']) => block)

let worker: RunningWorker
let built: ReturnType<typeof builtCommandLine>
let home = ''

beforeAll(async () => {
  built = builtCommandLine()
  home = mkdtempSync(join(tmpdir(), 'portcullis-audit-'))
  writeFileSync(join(home, '.dev.vars'), `BOOTSTRAP_TOKEN="${BOOTSTRAP_TOKEN}"\n`)
  worker = await runWorker()
  await fetch(`${worker.issuer}/cdn-cgi/handler/scheduled`)
})

afterAll(async () => {
  await worker.close()
  for (const folder of [built.folder, home]) rmSync(folder, { recursive: true })
})

function shell(script: string): Promise<Ended> {
  const here = script.replaceAll('npx portcullis', `${process.execPath} ${built.bin}`)
  const env = { HOME: home, PORTCULLIS: worker.issuer }
  return run(['bash', '-c', `cd ${home}\nset -e\n${here}`], { env })
}

function portcullis(...words: string[]): Promise<Ended> {
  const env = { HOME: home, PORTCULLIS_URL: worker.issuer, PORTCULLIS_TOKEN: BOOTSTRAP_TOKEN }
  return run([process.execPath, built.bin, ...words], { env })
}

const at = (name: string) => join(home, name)
const keyOf = () => readFileSync(at('key.txt'), 'utf8').trim()

describe('docs/verifiable-audit.md', () => {
  it('shows a log that is intact, and one that is not', async () => {
    const { code, stdout, stderr } = await shell(BLOCKS.join('\n'))
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Intact: all \d+ events\.$/m)])
    expect(stdout).toMatch(/^The log continues the checkpoint of \d+ events\.$/m)
    expect(stderr).toMatch(/^NOT intact:\n- Event \d+ was altered/m)
    expect(stdout).toMatch(/Exit code 1\n$/)
  })

  it('a single event is proven by its id, and the key of the file is said to be that', async () => {
    const listed = await portcullis('audit', '--json', '--limit', '1')
    const [{ event_id: id }] = JSON.parse(listed.stdout) as [{ event_id: string }]
    const one = await portcullis('audit', 'export', '--event', id, '--since', at('monday.txt'))
    expect(one.stderr).toBe('')
    expect(one.stdout.trim().split('\n')).toHaveLength(3)
    writeFileSync(at('one.jsonl'), one.stdout)
    const words = ['audit', 'verify', '--file', at('one.jsonl'), '--checkpoint', at('monday.txt')]
    const verified = await portcullis(...words)
    expect([verified.code, verified.stdout]).toEqual([
      0,
      expect.stringMatching(/^Intact: 1 of \d+ events\.\nThe log continues/),
    ])
    expect(verified.stderr).toContain('The key is the one in the file')
    const json = await portcullis(...words, '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ intact: true, events: 1, problems: [] })
  })

  it('an erased event is accepted where that is said', async () => {
    const lines = readFileSync(at('export.jsonl'), 'utf8').trim().split('\n')
    const leaf = JSON.parse(lines[1] ?? '') as object
    lines[1] = JSON.stringify({ ...leaf, event: null, salt: null })
    writeFileSync(at('erased.jsonl'), lines.join('\n'))
    const words = ['audit', 'verify', '--file', at('erased.jsonl'), '--verifier-key', keyOf()]
    const refused = await portcullis(...words)
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('Event 1 is not there, only its leaf'),
    ])
    const accepted = await portcullis(...words, '--allow-erased')
    expect([accepted.code, accepted.stdout]).toEqual([
      0,
      expect.stringContaining('Erased, with their places proven: 1.'),
    ])
  })

  it.each([
    [
      'another key',
      ['--verifier-key', 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
      1,
      'is not signed by PeterNeumann.',
    ],
    ['no key', ['--verifier-key', 'none'], 2, 'This is not a verifier key'],
    ['a checkpoint that is none', ['--checkpoint', 'key.txt'], 1, 'The checkpoint in'],
    ['a checkpoint that is not there', ['--checkpoint', 'none.txt'], 2, 'cannot be read'],
  ])('says what is wrong with %s', async (_, words, exitCode, message) => {
    const paths = words.map((word) => (word.endsWith('.txt') ? at(word) : word))
    const { code, stderr } = await portcullis(
      'audit',
      'verify',
      '--file',
      at('export.jsonl'),
      ...paths,
    )
    expect([code, stderr]).toEqual([exitCode, expect.stringContaining(message)])
  })

  it('says what is wrong with a file that is no export, and with options without a file', async () => {
    const wrong = await portcullis('audit', 'verify', '--file', at('key.txt'))
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringContaining('not an export of audit events'),
    ])
    const alone = await portcullis('audit', 'verify', '--checkpoint', at('monday.txt'))
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('need --file')])
  })
})
