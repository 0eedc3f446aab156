import type { Child } from 'hono/jsx'

/** A page above this one. */
export type Crumb = [label: string, href: string]

type HeadProps = {
  title: Child
  crumbs?: Crumb[]
  /** Beside the title: a status. */
  beside?: Child
  /** Beneath the title: what this page is for. */
  about?: Child
  /** The actions on the subject. */
  children?: Child
}

/** Where one is, and what can be done here: the first thing on every page. */
export function PageHead({ title, crumbs = [], beside, about, children }: HeadProps) {
  return (
    <div class="head">
      {crumbs.length > 0 && <Crumbs of={crumbs} />}
      <div class="line">
        <div class="title">
          <h1>{title}</h1>
          {beside}
        </div>
        {children && <div class="actions">{children}</div>}
      </div>
      {about && <p class="faint">{about}</p>}
    </div>
  )
}

export function Crumbs({ of: crumbs }: { of: Crumb[] }) {
  return (
    <nav class="crumb" aria-label="Breadcrumb">
      {crumbs.map(([label, href]) => (
        <>
          <a href={href}>
            <bdi>{label}</bdi>
          </a>{' '}
          /{' '}
        </>
      ))}
    </nav>
  )
}
