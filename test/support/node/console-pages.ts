import { browser } from './cookie-jar.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker } from './harness.ts'

/** The pages of a Worker's console for who is signed in with the bootstrap token. */
export async function consoleOf(worker: RunningWorker) {
  const { follow } = browser()
  const at = (path: string) => `${worker.issuer}/console${path}`
  const html = async (path: string, fields?: Record<string, string>) =>
    (await follow(at(path), fields)).response.text()
  await html('/sign-in', { token: BOOTSTRAP_TOKEN })
  return html
}

/** The text of an element, as its copy button takes it. */
export function copied(page: string, id: string): string {
  const text = new RegExp(`<pre id="${id}"[^>]*>([^<]*)</pre>`).exec(page)?.[1] ?? ''
  const entities: Record<string, string> = {
    '&#39;': "'",
    '&quot;': '"',
    '&gt;': '>',
    '&amp;': '&',
  }
  return text.replaceAll(/&(?:#39|quot|gt|amp);/g, (entity) => entities[entity] ?? '')
}
