import { type AddressInfo, createServer, type Socket } from 'node:net'

export const PHASES = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'message'] as const
export type Phase = (typeof PHASES)[number]

/** The server's misbehaviour: close, keep silent, or say something. */
export type Misdeed = 'close' | 'silence' | { say: string }

const DUTIES: Record<Phase, string> = {
  greeting: '220 scripted',
  EHLO: '250-scripted\r\n250 HELP',
  MAIL: '250 fine',
  RCPT: '250 fine',
  DATA: '354 go on',
  message: '250 taken',
}

export type ScriptedMailServer = {
  url: string
  /** The lines that clients sent, those of messages too. */
  lines: string[]
  /** How many connections are open. */
  connections(): number
  close(): Promise<void>
}

/** A mail server that does its duty up to one phase; no library misbehaves so exactly. */
export async function startScriptedMailServer(
  script: Partial<Record<Phase, Misdeed>>,
): Promise<ScriptedMailServer> {
  const lines: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serve(socket, script, lines)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `smtp://localhost:${port}`,
    lines,
    connections: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

function serve(socket: Socket, script: Partial<Record<Phase, Misdeed>>, lines: string[]): void {
  const reach = (phase: Phase) => {
    const deed = script[phase] ?? { say: DUTIES[phase] }
    if (deed === 'close') socket.end()
    else if (deed !== 'silence') socket.write(`${deed.say}\r\n`)
  }
  let buffer = ''
  let inMessage = false
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    const arrived = (buffer + chunk.toString('utf8')).split('\r\n')
    buffer = arrived.pop() ?? ''
    lines.push(...arrived)
    for (const line of arrived) {
      const phase = inMessage ? (line === '.' ? 'message' : null) : phaseOf(line)
      if (line === 'QUIT') socket.end('221 bye\r\n')
      if (!phase) continue
      inMessage = phase === 'DATA' && (script.DATA === undefined || saysGoOn(script.DATA))
      reach(phase)
    }
  })
  reach('greeting')
}

function saysGoOn(deed: Misdeed): boolean {
  return typeof deed === 'object' && deed.say.startsWith('354')
}

function phaseOf(line: string): Phase | null {
  return PHASES.find((phase) => line.startsWith(phase)) ?? null
}
