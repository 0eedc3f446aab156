import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { gateContract, type GateUnderTest } from '../../doubles/contracts/gate.ts'
import { testServer } from '../../support/server.ts'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

gateContract(
  'the Durable Object is a gate as the server knows it',
  async (): Promise<GateUnderTest> => {
    const server = testServer()
    const { id } = await server.client()
    const stub = env.TEST_GATES.get(env.TEST_GATES.idFromName(id))
    let reads = 0
    let isFailing = false
    // Looked at again and again: a promise of the test is none that the object may wait for.
    const hold = { isOn: false, begun: 0 }
    // The object's own D1, whose answers the test holds back: the statement has run by then.
    const database = {
      prepare: (text: string) => ({
        bind: (...values: unknown[]) => ({
          async first() {
            reads += 1
            if (isFailing) {
              isFailing = false
              throw new Error('d1 is out of reach')
            }
            const answer = await env.DB.prepare(text)
              .bind(...values)
              .first()
            hold.begun += 1
            while (hold.isOn) await sleep(2)
            return answer
          },
        }),
      }),
    }
    await runInDurableObject(stub, (gate) => {
      Object.assign(gate, { database: () => database })
    })
    return {
      facts: async (leaseMs) => (await stub.facts(id, leaseMs)).generation,
      invalidate: async () => stub.invalidate(),
      commit: (value) =>
        env.DB.prepare('UPDATE portcullis_clients SET generation = ?1 WHERE client_id = ?2')
          .bind(value, id)
          .run(),
      reads: () => reads,
      failNextRead: () => void (isFailing = true),
      holdReads() {
        Object.assign(hold, { isOn: true, begun: 0 })
        return {
          async begun() {
            while (hold.begun === 0) await sleep(2)
          },
          letGo: () => void (hold.isOn = false),
        }
      },
      pass: sleep,
    }
  },
)
