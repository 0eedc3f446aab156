import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Ask } from './ask.ts'

const WORKER = join(import.meta.dirname, 'worker.ts')
// Each mutant leaves a database or two behind for the garbage collector.
const TASKS_A_CHILD = 200

/** One child at a time, which is started again when it had enough, or is lost. */
export class Lane {
  readonly #bundle: string
  #children: ChildProcess[] = []
  #tasks = 0

  constructor(bundle: string) {
    this.#bundle = bundle
  }

  /** Null where no answer came in time, or the child died over it. */
  async ask<T>(task: Ask, patience: number): Promise<T | null> {
    if (this.#tasks++ % TASKS_A_CHILD === 0) this.stop()
    const [child = await this.#start()] = this.#children
    const answer = answerOf<T>(child, patience)
    child.send(task)
    const said = await answer
    if (said === null) this.stop()
    return said
  }

  stop(): void {
    for (const child of this.#children.splice(0)) child.kill('SIGKILL')
  }

  async #start(): Promise<ChildProcess> {
    const child = await started(this.#bundle)
    this.#children.push(child)
    return child
  }
}

async function started(bundle: string): Promise<ChildProcess> {
  const child = fork(WORKER, [bundle], {
    stdio: ['ignore', 'ignore', process.env['MUTATION_DEBUG'] ? 'inherit' : 'ignore', 'ipc'],
    execArgv: ['--max-old-space-size=1500', '--disable-warning=ExperimentalWarning'],
    env: { ...process.env, NODE_ENV: 'test' },
  })
  await once(child, 'message')
  return child
}

function answerOf<T>(child: ChildProcess, patience: number): Promise<T | null> {
  return new Promise((resolve) => {
    const end = (answer: T | null) => {
      clearTimeout(timer)
      child.off('message', onMessage).off('exit', onExit)
      resolve(answer)
    }
    const onMessage = (answer: unknown) => end(answer as T)
    const onExit = () => end(null)
    const timer = setTimeout(() => end(null), patience)
    child.on('message', onMessage).on('exit', onExit)
  })
}

/** Each item once, on as many lanes as there are. */
export async function spread<T>(
  items: T[],
  lanes: Lane[],
  work: (item: T, lane: Lane) => Promise<void>,
): Promise<void> {
  const rest = [...items]
  await Promise.all(
    lanes.map(async (lane) => {
      for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item, lane)
    }),
  )
}
