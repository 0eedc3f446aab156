import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { rowStatements } from '../../src/cli/backup/statements.ts'
import { builtCommandLine, run } from '../support/node/command-line.ts'

let built: ReturnType<typeof builtCommandLine>
let folder = ''

beforeAll(() => {
  built = builtCommandLine()
})
afterAll(() => rmSync(built.folder, { recursive: true }))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-backup-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const TRIGGER = `CREATE TRIGGER counts AFTER INSERT ON portcullis_clients BEGIN
INSERT INTO "counts" VALUES (1);
END;`

/** As `wrangler d1 export` writes one: rows behind their table, indexes and triggers at the end. */
const BACKUP = [
  'PRAGMA defer_foreign_keys=TRUE;',
  'CREATE TABLE `portcullis_client_roles` (\n\t`client_id` text\n);',
  `INSERT INTO "portcullis_client_roles" ("client_id") VALUES('a');`,
  'CREATE TABLE `portcullis_clients` (\n\t`client_id` text\n);',
  `INSERT INTO "portcullis_clients" ("client_id") VALUES('INSERT INTO "portcullis_client_roles"\u2028\u0085');`,
  'DELETE FROM sqlite_sequence;',
  `INSERT INTO "sqlite_sequence" ("name","seq") VALUES('portcullis_clients',1);`,
  'CREATE UNIQUE INDEX `one` ON `portcullis_clients` (`client_id`);',
  TRIGGER,
  'CREATE TRIGGER other AFTER INSERT ON x BEGIN SELECT 1; END;',
]

async function arrange(text: string, ...more: string[]) {
  writeFileSync(join(folder, 'backup.sql'), text)
  const [from, to] = [join(folder, 'backup.sql'), join(folder, 'restore.sql')]
  const words = ['backup', 'arrange', from, '--file', to, ...more]
  const ended = await run([process.execPath, built.bin, ...words])
  return { ...ended, to, arranged: existsSync(to) ? readFileSync(to, 'utf8') : null }
}

describe('portcullis backup arrange', () => {
  it('puts tables and indexes first, then rows, those that point to others last, and then triggers', async () => {
    const { code, stdout, to, arranged } = await arrange(`${BACKUP.join('\n')}\n`)
    expect([code, stdout]).toEqual([0, expect.stringContaining('restore.sql')])
    expect(statSync(to).mode & 0o777).toBe(0o600)
    const order = [0, 1, 3, 7, 4, 5, 6, 2, 8, 9]
    expect(arranged).toBe(`${order.map((at) => BACKUP[at]).join('\n')}\n`)
  })

  it('tells a script the file, as JSON', async () => {
    const { stdout, to } = await arrange(BACKUP.join('\n'), '--json')
    expect(JSON.parse(stdout)).toEqual({ file: to })
  })

  it('writes over nothing', async () => {
    writeFileSync(join(folder, 'restore.sql'), 'mine')
    const { code, stderr, arranged } = await arrange(BACKUP.join('\n'))
    expect([code, arranged]).toEqual([1, 'mine'])
    expect(stderr).toContain('restore.sql is there already.')
  })

  it.each([
    ['is cut off before its end', BACKUP.slice(0, 6).join('\n'), 'not a complete backup'],
    ['is empty', '', 'not a complete backup'],
    [
      'has a row that D1 does not take',
      [...BACKUP, `INSERT INTO "orders" ("id","note") VALUES(1,'${'x'.repeat(100_000)}');`].join(
        '\n',
      ),
      'A row of "orders"',
    ],
  ])('leaves nothing of one that %s, and says so', async (_, text, why) => {
    const { code, stderr, arranged } = await arrange(text)
    expect([code, arranged]).toEqual([1, null])
    expect(stderr).toContain(why)
  })

  it('says which file cannot be read or written', async () => {
    const to = join(folder, 'restore.sql')
    const words = (...paths: string[]) => [
      process.execPath,
      built.bin,
      'backup',
      'arrange',
      ...paths,
    ]
    const missing = await run(words(join(folder, 'none.sql'), '--file', to))
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringMatching(/none\.sql cannot be read \(ENOENT\)/),
    ])
    expect(existsSync(to)).toBe(false)
    writeFileSync(join(folder, 'backup.sql'), BACKUP.join('\n'))
    const nowhere = await run(words(join(folder, 'backup.sql'), '--file', join(folder, 'no/x.sql')))
    expect([nowhere.code, nowhere.stderr]).toEqual([
      1,
      expect.stringMatching(/no\/x\.sql cannot be written \(ENOENT\)/),
    ])
  })
})

describe('an event that is longer than a statement of D1', () => {
  const event = (changes: string, reason = 'NULL') =>
    `INSERT INTO "portcullis_audit_events" ("seq","reason","changes","seal") VALUES(7,${reason},${changes},'s');`
  const pieceOf = /^UPDATE .* \|\| '(.*)' WHERE "seq" = 7;$/u

  it.each([
    ['plain', 'x'.repeat(150_000), 'NULL'],
    ['of doubled quotes and characters of four bytes', `x${"''👩".repeat(30_000)}`, 'NULL'],
    [
      'with a reason of several lines',
      'é'.repeat(80_000),
      `replace('a, ''b''\\nc','\\n',char(10))`,
    ],
  ])('is put together from pieces that it takes: %s', (_, changes, reason) => {
    const [insert = '', ...updates] = rowStatements(event(`'${changes}'`, reason)) ?? []
    expect(updates.length).toBeGreaterThan(1)
    for (const one of [insert, ...updates]) expect(Buffer.byteLength(one)).toBeLessThan(100_000)
    const [first = '', rest = ''] = insert.split(`VALUES(7,${reason},'`)[1]?.split(`','s')`) ?? []
    expect(rest).toBe(';')
    expect([first, ...updates.map((one) => pieceOf.exec(one)?.[1])].join('')).toBe(changes)
  })

  it('is left as it is where it is short', () => {
    expect(rowStatements(event("'{}'"))).toEqual([event("'{}'")])
  })
})
