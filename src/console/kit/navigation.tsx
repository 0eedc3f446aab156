import { hasRight } from '../../domain/authority.ts'
import type { Visitor } from './console-env.ts'
import { FormToken } from './field.tsx'
import { Submit } from './submit.tsx'

/** A part of the console. */
export type Section =
  | 'clients'
  | 'find'
  | 'apis'
  | 'roles'
  | 'issuers'
  | 'activity'
  | 'administrators'
  | 'signing-keys'
  | 'setup'

const GROUPS: [heading: string, entries: [Section, string][]][] = [
  [
    '',
    [
      ['clients', 'API clients'],
      ['find', 'Find a credential'],
    ],
  ],
  [
    'Catalogue',
    [
      ['apis', 'APIs'],
      ['roles', 'Roles'],
      ['issuers', 'Workload issuers'],
    ],
  ],
  ['Oversight', [['activity', 'Activity']]],
  [
    'Settings',
    [
      ['administrators', 'Administrators'],
      ['signing-keys', 'Signing keys'],
      ['setup', 'Setup'],
    ],
  ],
]

type NavigationProps = {
  base: string
  section: Section | undefined
  visitor: Visitor
  formToken: string
}

/** At the side; on narrow screens in a bar with a menu. Only one of the two is ever shown. */
export function Navigation(props: NavigationProps) {
  return (
    <>
      <header class="side">
        <Brand base={props.base} />
        <Sections {...props} />
        <Who {...props} />
      </header>
      <header class="bar">
        <Brand base={props.base} />
        <details>
          <summary>Menu</summary>
          <div>
            <Sections {...props} />
            <Who {...props} />
          </div>
        </details>
      </header>
    </>
  )
}

function Brand({ base }: { base: string }) {
  return (
    <a class="brand" href={`${base}/clients`}>
      <Logo base={base} />
    </a>
  )
}

export function Logo({ base }: { base: string }) {
  return (
    <>
      <img src={`${base}/icon.svg`} alt="" width="20" height="20" />
      Portcullis
    </>
  )
}

function Sections({ base, section, visitor }: NavigationProps) {
  const mayManage = hasRight(visitor.principal, 'clients:manage')
  return (
    <nav class="main" aria-label="Main" data-view-only={mayManage ? undefined : ''}>
      {GROUPS.map(([heading, entries]) => (
        <div>
          {heading && <h2>{heading}</h2>}
          <ul>
            {entries.map(([name, label]) => (
              <li>
                <a href={`${base}/${name}`} aria-current={name === section ? 'page' : undefined}>
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

function Who({ base, visitor, formToken }: NavigationProps) {
  return (
    <form class="who" method="post" action={`${base}/sign-out`}>
      <FormToken token={formToken} />
      <span>
        <bdi>{visitor.name}</bdi>
        {!hasRight(visitor.principal, 'clients:manage') && ' (view only)'}
      </span>
      <Submit label="Sign out" />
    </form>
  )
}
