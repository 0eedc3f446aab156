import { describe, expect, it } from 'vitest'
import { rootIn } from '../../support/audit-tree.ts'
import { type Json, testServer } from '../../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000

/** Events whose tree has a checkpoint, and more events whose tree has another. */
async function withTree() {
  const server = testServer({ now: NOON })
  const sizes: number[] = []
  await server.cron()
  for (const _ of [1, 2]) {
    await server.client()
    await server.client()
    await server.cron()
    const { size } = await server.adminOk('GET', '/audit-events/checkpoint')
    sizes.push(Number(size))
    server.clock.now += 60
  }
  const [older = 0, newer = 0] = sizes
  return { server, older, newer }
}

describe('the checkpoint of the audit log', () => {
  it('is the newest, or that of a size, and is signed by the key that it names', async () => {
    const { server, older, newer } = await withTree()
    for (const [query, size, at] of [
      ['', newer, '2026-11-22T12:01:00Z'],
      [`?size=${newer}`, newer, '2026-11-22T12:01:00Z'],
      [`?size=${older}`, older, '2026-11-22T12:00:00Z'],
    ] as const) {
      const body = await server.adminOk('GET', `/audit-events/checkpoint${query}`)
      const { root, checkpoint, verifier_key: verifierKey, ...rest } = body
      expect(rest).toEqual({ size, at })
      const read = await rootIn({
        checkpoint: String(checkpoint),
        verifierKey: String(verifierKey),
      })
      expect([read.size, new Uint8Array(read.root).toBase64()]).toEqual([size, root])
    }
    const none = await server.admin('GET', '/audit-events/checkpoint?size=1')
    expect(none.status).toBe(404)
  })

  it('is proven to continue another: from nothing, up to the newest, where nothing is said', async () => {
    const { server, older, newer } = await withTree()
    const consistency = async (query: string) =>
      server.adminOk('GET', `/audit-events/consistency${query}`)
    expect(await consistency('')).toEqual({ from: 0, to: newer, proof: [] })
    const proof = await consistency(`?from=${older}`)
    expect(proof).toMatchObject({ from: older, to: newer })
    expect(proof['proof']).not.toEqual([])
    expect(await consistency(`?from=${older}&to=${newer}`)).toEqual(proof)
    expect(await consistency(`?to=${older}`)).toEqual({ from: 0, to: older, proof: [] })
  })
})

describe('a page of proofs', () => {
  it('stays in the tree that it began in, though the log goes on', async () => {
    const { server, older, newer } = await withTree()
    const proofs = async (query: string) => server.adminOk('GET', `/audit-events/proofs?${query}`)
    const whole = await proofs(`size=${older}`)
    expect((whole['data'] as Json[]).map(({ index }) => index as number)).toEqual([
      ...Array.from({ length: older }).keys(),
    ])
    const first = await proofs('limit=1')
    await server.client()
    await server.cron()
    const rest = await proofs(`cursor=${first['next_cursor']}`)
    expect(rest['next_cursor']).toBeNull()
    expect([...(first['data'] as Json[]), ...(rest['data'] as Json[])]).toEqual(
      (await proofs(`size=${newer}`))['data'],
    )
  })
})
