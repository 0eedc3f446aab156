import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DAY } from '../../../src/domain/time.ts'
import { mailbox } from '../../doubles/mailbox.ts'
import { begunServer, rootIn, runSql, signedNow } from '../../support/audit-tree.ts'
import { EVENTS_ENV, eventsReceiver } from '../../support/events-receiver.ts'

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => vi.restoreAllMocks())

const bucket = env.TEST_BUCKET

async function objects(): Promise<{ key: string; text: string }[]> {
  const { objects: found } = await bucket.list()
  return Promise.all(
    found.map(async ({ key }) => ({ key, text: (await (await bucket.get(key))?.text()) ?? '' })),
  )
}

describe('a bucket', () => {
  it('gets each checkpoint once, and keeps it whatever is signed later', async () => {
    const server = await begunServer({ env: { AUDIT_BUCKET: bucket } })
    await server.client()
    await server.cron()
    const first = await signedNow(server)
    await server.cron()
    expect((await objects()).map(({ text }) => text)).toEqual([first.checkpoint])
    await runSql(
      "UPDATE portcullis_audit_events SET reason = 'forged' WHERE seq = 1",
      'DELETE FROM portcullis_audit_tiles',
      'DELETE FROM portcullis_audit_checkpoints',
      "DELETE FROM portcullis_chores WHERE name = 'audit_tree'",
    )
    await server.cron()
    const second = await signedNow(server)
    const sizes = await Promise.all([first, second].map(rootIn))
    expect(sizes.map(({ size }) => size)).toEqual([3, 3])
    const kept = await objects()
    expect(kept.map(({ text }) => text).toSorted()).toEqual(
      [first.checkpoint, second.checkpoint].toSorted(),
    )
    expect(kept.every(({ key }) => /^checkpoints\/log%2520[\w-]+\/000000000003-/.test(key))).toBe(
      true,
    )
  })

  it('that is there already with this key is not overwritten', async () => {
    const server = await begunServer({ env: { AUDIT_BUCKET: bucket } })
    await server.client()
    await server.cron()
    const [kept] = await objects()
    await bucket.put(kept?.key ?? '', 'written before')
    await runSql("DELETE FROM portcullis_chores WHERE name = 'audit_tree'")
    await server.cron()
    expect((await objects()).map(({ text }) => text)).toEqual(['written before'])
  })

  it('that fails gets the newest checkpoint later', async () => {
    const server = await begunServer({ env: { AUDIT_BUCKET: bucket } })
    const put = vi.spyOn(bucket, 'put')
    await server.client()
    const broken = { put: () => Promise.reject(new Error('down')) } as unknown as R2Bucket
    const failing = await begunServer({ env: { AUDIT_BUCKET: broken } }).catch(() => null)
    expect(failing).toBe(null)
    await server.cron()
    expect((await objects()).map(({ text }) => text)).toEqual([
      (await signedNow(server)).checkpoint,
    ])
    put.mockRestore()
  })
})

describe('the receiver of events', () => {
  it('gets each checkpoint once where that is set', async () => {
    const receiver = eventsReceiver()
    const server = await begunServer({ env: { ...EVENTS_ENV, AUDIT_CHECKPOINT_EVENTS: 'on' } })
    await server.client()
    await server.cron()
    await server.cron()
    const sent = receiver.taken.filter(({ type }) => type === 'audit_log.checkpoint')
    const { checkpoint } = await signedNow(server)
    expect(sent).toEqual([
      {
        id: 'checkpoint_3',
        type: 'audit_log.checkpoint',
        data: { size: 3, checkpoint },
        status: 204,
      },
    ])
  })

  it('gets none where it is not, and gets it again where it did not take it', async () => {
    const receiver = eventsReceiver()
    const quiet = await begunServer({ env: EVENTS_ENV })
    await quiet.client()
    await quiet.cron()
    expect(receiver.taken.filter(({ type }) => type === 'audit_log.checkpoint')).toEqual([])
    const server = await begunServer({ env: { ...EVENTS_ENV, AUDIT_CHECKPOINT_EVENTS: 'on' } })
    receiver.answer = async (type) => (type === 'audit_log.checkpoint' ? 503 : 204)
    await server.client()
    await expect(server.cron()).rejects.toThrow('audit_tree')
    receiver.answer = async () => 204
    await server.cron()
    const sent = receiver.taken.filter(({ type }) => type === 'audit_log.checkpoint')
    expect(sent.map(({ id, status }) => [id, status])).toEqual([
      ['checkpoint_4', 503],
      ['checkpoint_4', 204],
    ])
  })
})

describe('a mail', () => {
  it('has the newest checkpoint, once a day', async () => {
    const box = mailbox()
    const mail = { EMAIL: box.EMAIL, MAIL_FROM: 'portcullis@example.com' }
    const server = await begunServer({
      env: { ...mail, AUDIT_CHECKPOINT_MAIL: 'auditor@example.com' },
    })
    await server.client()
    await server.cron()
    const first = await signedNow(server)
    await server.client()
    await server.cron()
    const mails = () => box.mails.filter(({ to }) => to === 'auditor@example.com')
    expect(mails().map(({ subject }) => subject)).toEqual(['Checkpoint of the audit log: 3 events'])
    expect(mails()[0]?.text).toContain(first.checkpoint)
    server.clock.now += DAY
    await server.cron()
    expect(mails()).toHaveLength(2)
    expect(mails()[1]?.text).toContain((await signedNow(server)).checkpoint)
  })
})

describe('a wrong setting', () => {
  it.each([
    ['AUDIT_CHECKPOINT_MAIL', 'nobody'],
    ['AUDIT_CHECKPOINT_EVENTS', 'perhaps'],
    ['AUDIT_BUCKET', 'a name'],
  ])('%s is named, stops no token and no checkpoint', async (name, value) => {
    const server = await begunServer({ env: { [name]: value } })
    const health = await (
      await server.send('/health', { headers: { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` } })
    ).text()
    expect(health).toContain(`"${name}"`)
    await server.client()
    await server.cron()
    expect((await rootIn(await signedNow(server))).size).toBe(3)
  })
})
