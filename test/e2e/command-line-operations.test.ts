import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actionsIn } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'
import type { Field } from '../../src/cli/fields.ts'
import { FIELDS as administratorFields } from '../../src/cli/administrators/edit.ts'
import { FIELDS as apiFields } from '../../src/cli/apis/edit.ts'
import { CLIENT_FIELDS } from '../../src/cli/clients/fields.ts'
import { FIELDS as issuerFields } from '../../src/cli/issuers/fields.ts'
import { FIELDS as roleFields } from '../../src/cli/roles/edit.ts'
import { OPENAPI_TEXT } from '../../src/http/reference/openapi-text.ts'
import { builtCommandLine, run } from '../support/node/command-line.ts'
import {
  asBootstrap,
  type Said,
  type Step,
  STEPS,
  type World,
} from '../support/node/every-command.ts'
import { type FaultyServer, faultyServer } from '../support/node/faulty-server.ts'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'

/** The operations that no command asks for, and why. */
const WITHOUT_A_COMMAND: Record<string, string> = {
  suspendClient: 'clients suspend asks for it without --json, for one client; else changeClients',
  resumeClient: 'clients resume does likewise',
  deleteClient: 'clients delete does likewise',
  revokeTokens: 'clients revoke-tokens has changeClients do it, for one client and for many',
  givePermission: 'clients access add changes several rights by one commit, as they were read',
  takePermission: 'clients access remove does likewise',
  giveRole: 'clients access add does',
  takeRole: 'clients access remove does',
  getSecret: 'clients secrets show finds it in getClient, by its end or its label too',
  putApiPermission: 'apis edit changes several permissions by one commit, as they were read',
  removeApiPermission: 'apis edit does likewise',
  addRolePermission: 'roles edit does likewise',
  removeRolePermission: 'roles edit does likewise',
  revokeToken: 'a client revokes its own token itself; administrators have clients revoke-tokens',
  rotateSecret: 'a client replaces its own secret itself; administrators have clients rotate',
  getOpenIdConfiguration: 'it is the document of getMetadata, for clients that look only there',
  getKeys: 'it is a document for those who verify tokens; signing-keys list has the keys',
  listStatusLists: 'it is a document for those who verify tokens, as getStatusList is',
  getStatusList: 'APIs read it',
  getTransmitterConfiguration: 'receivers of security events read it',
  readStream: 'a receiver does all with its stream itself, by its own token',
  createStream: 'a receiver does',
  updateStream: 'a receiver does',
  replaceStream: 'a receiver does',
  deleteStream: 'a receiver does',
  readStreamStatus: 'a receiver does',
  setStreamStatus: 'a receiver does',
  addSubject: 'a receiver does',
  removeSubject: 'a receiver does',
  verifyStream: 'a receiver does',
  pollStream: 'a receiver does',
  getDescription: 'it is a document for tools',
}

type Document = {
  paths: Record<string, Record<string, { operationId: string }>>
  components: { schemas: Record<string, { properties: object }> }
}
const DOCUMENT = JSON.parse(OPENAPI_TEXT) as Document
const OPERATIONS = Object.entries(DOCUMENT.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, { operationId: id }]) => ({
    id,
    path,
    method: method.toUpperCase(),
  })),
)

/** Accepts every event. */
const receiver = createServer((_, response) => response.end())
let worker: RunningWorker
let server: FaultyServer
let built: ReturnType<typeof builtCommandLine>
let folder = ''
let world: World

beforeAll(async () => {
  built = builtCommandLine()
  folder = mkdtempSync(join(tmpdir(), 'portcullis-every-command-'))
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const { port } = receiver.address() as AddressInfo
  worker = await runWorker({
    EVENTS_WEBHOOK_URL: `http://127.0.0.1:${port}/`,
    EVENTS_WEBHOOK_SECRET: `whsec_${Buffer.from('a secret of the tests: events').toString('base64')}`,
  })
  server = await faultyServer(worker.issuer)
  const rights = ['clients:read', 'tokens:introspect']
  const client = await worker.client(worker.issuer, ...rights)
  // The first checkpoint of the audit log.
  await fetch(`${worker.issuer}/cdn-cgi/handler/scheduled`)
  const inFolder = (name: string, text?: string) => {
    const file = join(folder, name)
    if (text !== undefined) writeFileSync(file, text)
    return file
  }
  world = { said: {} satisfies Said, issuer: worker.issuer, inFolder, ...client }
})

afterAll(async () => {
  receiver.close()
  await server.close()
  await worker.close()
  for (const made of [built.folder, folder]) rmSync(made, { recursive: true })
})

/** The operation that a request is, as the document has it. */
function operationOf({ method, path }: { method: string; path: string }): string | undefined {
  const [asked = ''] = path.split('?')
  const patternOf = (template: string) =>
    new RegExp(`^${template.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+')}$`)
  const found = OPERATIONS.filter((one) => one.method === method && patternOf(one.path).test(asked))
  return (found.find((one) => one.path === asked) ?? found[0])?.id
}

async function take({ command, words, input, env }: Step, ...options: string[]) {
  server.plan()
  const given = { HOME: folder, ...asBootstrap(server.url), ...env?.(world) }
  const all = [process.execPath, built.bin, ...command.split(' '), ...options, ...words(world)]
  return run(all, { env: given, input: input?.(world) ?? '' })
}

/** One value, or one a line for what is piped on. */
function jsonIn(stdout: string): Record<string, unknown> {
  if (!stdout.startsWith('{"')) return JSON.parse(stdout) as Record<string, unknown>
  const lines = stdout.trimEnd().split('\n')
  return lines.length === 1 ? JSON.parse(stdout) : { lines: lines.map((line) => JSON.parse(line)) }
}

/** For people: words, and nothing that JavaScript says by itself. */
async function readAgain(step: Step): Promise<void> {
  const { code, stdout, stderr } = await take(step)
  expect([code, stderr.replace(/^These are the newest.*\n/, '')]).toEqual([0, ''])
  expect(stdout).toMatch(/^[A-Z].+\n/)
  expect(stdout).not.toMatch(/undefined|\[object|null|NaN|Invalid/)
}

describe('every command', () => {
  it.each(STEPS.map((step, at) => [`${at + 1}. ${step.command}`, step] as const))(
    '%s prints JSON and nothing else with --json, and asks for what it says',
    async (_name, step) => {
      const { code, stdout, stderr } = await take(step, '--json')
      expect(code, stderr).toBe(0)
      const printed = jsonIn(stdout)
      expect(typeof printed).toBe('object')
      world.said[step.command] = printed
      // These commands ask the server itself, not the proxy that sees: its issuer has to be its address.
      if (step.env) return
      const asked = server.seen.map(operationOf)
      expect(asked).toEqual(expect.arrayContaining(step.asks))
      expect(asked).not.toContain(undefined)
      if (/ (list|show)$/.test(step.command)) await readAgain(step)
    },
  )
})

describe('the command line and the OpenAPI document', () => {
  it('a story runs each command', () => {
    const names = actionsIn(commands).map(([name]) => name)
    expect([...new Set(STEPS.map(({ command }) => command))].toSorted()).toEqual(names.toSorted())
  })

  it('each operation has a command that asks for it, or a reason why none does', () => {
    const asked = STEPS.flatMap(({ asks }) => asks)
    const known = [...new Set([...asked, ...Object.keys(WITHOUT_A_COMMAND)])]
    expect(known.toSorted()).toEqual(OPERATIONS.map(({ id }) => id).toSorted())
    expect(Object.keys(WITHOUT_A_COMMAND).filter((id) => asked.includes(id))).toEqual([])
  })

  it.each<[string, Field[]]>([
    ['ClientChange', CLIENT_FIELDS],
    ['ApiChange', apiFields],
    ['RoleChange', roleFields],
    ['AdministratorChange', administratorFields],
    ['IssuerChange', issuerFields],
  ])('each field of %s has options of edit', (name, fields) => {
    const wanted = Object.keys(DOCUMENT.components.schemas[name]?.properties ?? {})
    expect(fields.map(({ wire }) => wire).toSorted()).toEqual(wanted.toSorted())
  })
})
