import { action } from '../command.ts'
import { print, printJson } from '../terminal.ts'
import { postOnce } from './post-once.ts'

export const test = action(
  'test',
  'Send a test event, to see whether the receiver accepts events',
  {},
  async ({ json }) => {
    const body = await postOnce('/events-webhook/test', {})
    if (json) return printJson(body)
    print('The receiver accepted a test event.')
  },
)
