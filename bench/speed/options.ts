import { parseArgs } from 'node:util'

export type SpeedOptions = {
  /** The duration of one measurement of one target. */
  seconds: number
  /** Measurements of each target; the targets alternate. */
  rounds: number
  /** How many requests are under way at once: one set of tables for each. */
  connections: number[]
  /** Prints Markdown, to be pasted. */
  markdown: boolean
  /** Names of tables; all, when empty. */
  only: string[]
}

export const SPEED_USAGE =
  '[--seconds 2] [--rounds 5] [--connections 64,16,1] [--only token,jwks] [--markdown]'

export function readSpeedOptions(args: string[]): SpeedOptions {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '64,16,1' },
      only: { type: 'string', default: '' },
      markdown: { type: 'boolean', default: false },
    },
  })
  return {
    seconds: positive('seconds', values.seconds),
    rounds: positive('rounds', values.rounds),
    connections: values.connections.split(',').map((part) => positive('connections', part)),
    markdown: values.markdown,
    only: values.only.split(',').filter((part) => part !== ''),
  }
}

function positive(name: string, text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new TypeError(`--${name} must be a whole number above 0: npm run bench -- ${SPEED_USAGE}`)
}
