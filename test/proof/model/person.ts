import { type Asking, bodyOf, DEAD, type Late, type Manage, MAY_NOT } from './asking.ts'
import { applyTo } from './client-changes.ts'
import { formTokenOf } from '../visitor.ts'
import type { Person, State } from './expected.ts'
import { appoint, signIn } from './people.ts'
import { pick, placeOf, type Run, timeAt } from './run.ts'
import { admin, type Answer, ask, ISSUER, KEY, type Location, must, type World } from './world.ts'

type Session = NonNullable<Person['session']>

/** An administrator with a form of the console. */
export function byPerson(run: Run, step: Manage): Asking | null {
  const { session, id: administratorId } = run.state.person
  const target = pick(run.state.clients, step.client)
  if (!session || !target) return null
  const place = placeOf(run, step.at)
  const now = timeAt(run, place)
  const { sessionId } = session.visitor
  const kind = target.suspended || step.change % 2 === 0 ? 'revoke all' : 'suspend'
  const form = kind === 'suspend' ? 'suspension' : 'token-revocation'
  return {
    credential: { sessionId, administratorId },
    refused: ({ person }) => {
      const isOpen = person.session?.visitor.sessionId === sessionId
      const isOver = now >= session.until || session.rewinds < run.rewinds
      if (!isOpen || isOver || person.access === null) return DEAD
      return person.access === 'manage' ? null : MAY_NOT
    },
    due: {
      status: 303,
      apply: (state) => {
        applyTo(state, target.id, kind)
        if (kind === 'revoke all') noteForm(state, target.id, now)
      },
    },
    target: target.id,
    isGone: () => false,
    send: (requestId, late) =>
      post(run.world, place, `/clients/${target.id}/${form}`, session, { requestId, late }),
    lose: () => lose(run, session, step.loss?.how ?? 0),
  }
}

/** Sent twice, such a form is carried out once: it is remembered as a key is. */
function noteForm(state: State, clientId: string, at: number): void {
  const use = { key: `form ${state.keys.length}`, request: '', secretId: null }
  state.keys.push({ ...use, clientId, at })
}

async function post(
  world: World,
  place: Location,
  path: string,
  { visitor }: Session,
  { requestId, late }: { requestId: string; late: Late },
): Promise<Answer> {
  const formToken = await formTokenOf(KEY, visitor, requestId)
  const headers = {
    Cookie: visitor.cookie,
    Origin: ISSUER,
    'Content-Type': 'application/x-www-form-urlencoded',
    'cf-ray': requestId,
  }
  const body = bodyOf(new URLSearchParams({ form_token: formToken }).toString(), late)
  return ask(world, place, `/console${path}`, { method: 'POST', headers, body })
}

async function lose(run: Run, session: Session, how: number): Promise<void> {
  const { world, state } = run
  const { person } = state
  if (person.access === null) return
  const path = `/administrators/${person.id}`
  if (how % 3 === 0) {
    await must(admin(world, world.oracle, 'DELETE', path))
    person.access = null
    state.events.push('administrator.deleted')
  } else if (how % 3 === 1) {
    await must(admin(world, world.oracle, 'PATCH', path, { access: 'view' }))
    if (person.access === 'manage') state.events.push('administrator.updated')
    person.access = 'view'
  } else {
    await signOut(run, session)
  }
}

/** Nothing ends where the session is over: by its time, or with a log that was accepted. */
async function signOut({ world, state, rewinds }: Run, session: Session): Promise<void> {
  const sent = { requestId: 'f'.repeat(16), late: null }
  const { status } = await post(world, world.oracle, '/sign-out', session, sent)
  if (status !== 303) throw new Error(`signing out says ${status}`)
  state.person.session = null
  const isOver = world.clock.now >= session.until || session.rewinds < rewinds
  if (!isOver) state.events.push('session.ended')
}

/** They are let in again, with all that they had. */
export async function admitPerson({ world, state, rewinds }: Run): Promise<void> {
  const { person } = state
  if (person.access === null) {
    state.person = await appoint(world, rewinds)
    state.events.push('administrator.created')
    return
  }
  if (person.access === 'view') {
    const path = `/administrators/${person.id}`
    await must(admin(world, world.oracle, 'PATCH', path, { access: 'manage' }))
    state.events.push('administrator.updated')
  }
  state.person = await signIn(world, { id: person.id, access: 'manage' }, rewinds)
}
