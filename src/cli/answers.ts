import { EXIT, Failure } from './failure.ts'
import { type Answer, fieldsOf, unexpectedAnswer } from './http.ts'

// Another server may answer 200 to everything. An answer is of the admin API where it has the fields
// without which no command could read it; a deletion has no body at all.

/** The id of one thing, by the name of its list in the path. */
const IDS = new Map([
  ['clients', 'client_id'],
  ['duplicates', 'client_id'],
  ['secrets', 'secret_id'],
  ['keys', 'key_id'],
  ['certificates', 'certificate_id'],
  ['federated-credentials', 'credential_id'],
  ['apis', 'api_id'],
  ['roles', 'role_id'],
  ['issuers', 'issuer_id'],
  ['administrators', 'administrator_id'],
  ['signing-keys', 'kid'],
])

type Kind = 'text' | 'list' | 'number' | 'boolean'
type Fields = Record<string, Kind>

const OTHERS: Record<string, Fields> = {
  'POST /clients/bulk': { results: 'list' },
  'POST /client-imports': { results: 'list' },
  'POST /credential-lookups': { matches: 'list', notes: 'list' },
  'POST /federation/diagnoses': { checks: 'list', rules: 'list' },
  'POST /incidents': { incident_id: 'text', results: 'list' },
  'POST /audit-events/verification': { events: 'number' },
  'GET /audit-events/verification': { intact: 'boolean' },
  'GET /audit-events/checkpoint': { checkpoint: 'text', verifier_key: 'text', size: 'number' },
  'GET /audit-events/consistency': { proof: 'list' },
  'GET /audit-events/proofs': { data: 'list' },
  'GET /audit-events': { data: 'list' },
  'GET /events-webhook': { configured: 'boolean' },
  'POST /events-webhook/test': { accepted: 'boolean' },
  'POST /events-webhook/resend': { results: 'list' },
  'POST /reminders/test': { accepted: 'boolean' },
}

/** Asked with POST, and yet they change nothing. */
const QUESTIONS = new Set(['/credential-lookups', '/federation/diagnoses'])

const IS: Record<Kind, (value: unknown) => boolean> = {
  text: (value) => typeof value === 'string',
  list: Array.isArray,
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
}

/** Throws unless the answer is one of the admin API to this request. */
export function requireAnswer(
  issuer: string,
  method: string,
  path: string,
  answer: Answer,
): Answer {
  const [bare = ''] = path.split('?')
  if (isAnswerTo(method, bare, answer)) return answer
  const isQuestion = method === 'GET' || QUESTIONS.has(bare)
  const isPage = typeof answer.body !== 'object' || answer.body === null
  throw isQuestion || isPage ? unexpectedAnswer(issuer) : noAcknowledgement()
}

export function noAcknowledgement(): Failure {
  return new Failure(
    EXIT.failed,
    'The answer is not an acknowledgement. Is this the URL of Portcullis?',
  )
}

/**
 * A path has words of the API and ids by turns. An imported id may be such a word, so the place
 * decides: `/clients/keys` is a client.
 */
function isAnswerTo(method: string, path: string, { status, body }: Answer): boolean {
  const segments = path.split('/').slice(1)
  const word = segments.length % 2 === 1 ? (segments.at(-1) ?? '') : null
  if (method === 'DELETE' && word !== 'suspension') return status === 204
  const found = fieldsOf(body)
  const fields = OTHERS[`${method} ${path}`]
  if (fields) return Object.entries(fields).every(([name, kind]) => IS[kind](found[name]))
  const ofList = word === null ? undefined : IDS.get(word)
  if (ofList === undefined) return isOne(segments.slice(word === null ? -2 : -3), found)
  if (method === 'GET') return isListOf(ofList, found['data'])
  const isShown = word !== 'secrets' || IS.text(found['client_secret'])
  return IS.text(found[ofList]) && isShown
}

function isListOf(idField: string, data: unknown): boolean {
  return Array.isArray(data) && data.every((one) => IS.text(fieldsOf(one)[idField]))
}

/** Whether it is the thing of that list with that id: also for what is beneath it, as a suspension. */
function isOne([list = '', id = '']: string[], found: Record<string, unknown>): boolean {
  const field = IDS.get(list)
  // An incident has fields of its own, and no other list.
  if (field === undefined) return IS.text(found['incident_id']) && IS.list(found['clients'])
  const value = String(found[field])
  return value === id || encodeURIComponent(value) === id
}
