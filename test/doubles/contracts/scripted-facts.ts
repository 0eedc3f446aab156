import type { GateUnderTest } from './gate.ts'

type Script = Pick<GateUnderTest, 'commit' | 'reads' | 'failNextRead' | 'holdReads'>

/** A number to be read as the facts of a client, and what the contract of a gate does to the reads. */
export function scriptedFacts(): { read: () => Promise<number>; script: Script } {
  let [value, reads, isFailing] = [0, 0, false]
  let held: { begun: () => void; until: Promise<void> } | null = null
  async function read(): Promise<number> {
    reads += 1
    if (isFailing) {
      isFailing = false
      throw new Error('d1 is out of reach')
    }
    const seen = value
    held?.begun()
    await held?.until
    return seen
  }
  const script: Script = {
    commit: (next) => void (value = next),
    reads: () => reads,
    failNextRead: () => void (isFailing = true),
    holdReads() {
      const [begun, until] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      held = { begun: begun.resolve, until: until.promise }
      return {
        begun: () => begun.promise,
        letGo() {
          held = null
          until.resolve()
        },
      }
    },
  }
  return { read, script }
}
