import { note } from './terminal.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Says `inDoubt` where the process is stopped while it waits for the answer to a change. */
export async function saidIfInterrupted<T>(inDoubt: string, work: () => Promise<T>): Promise<T> {
  const end = (signal: NodeJS.Signals) => {
    note('\n', { text: 'portcullis:', colour: 'red' }, ` Interrupted. ${inDoubt}`)
    release()
    // A shell ends its loop only where the signal itself ended the command.
    process.kill(process.pid, signal)
  }
  const release = () => {
    for (const signal of SIGNALS) process.removeListener(signal, end)
  }
  for (const signal of SIGNALS) process.once(signal, end)
  try {
    return await work()
  } finally {
    release()
  }
}
