/** The frame around a page: navigation at the side, or in a bar on narrow screens. */
export const FRAME = `
.frame { display: grid; grid-template-columns: 13.5rem minmax(0, 1fr); min-height: 100dvh }
.side { position: sticky; top: 0; height: 100dvh; overflow: auto; display: flex; flex-direction: column; gap: 1rem; padding: .75rem; border-right: 1px solid var(--line) }
.brand { display: flex; align-items: center; gap: .5rem; padding: .375rem .5rem; font-weight: 600; color: var(--ink) }
.brand img { width: 1.25rem; height: 1.25rem }
.brand:hover { text-decoration: none }
nav.main { display: grid; gap: 1rem }
nav.main ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 1px }
nav.main h2 { font-size: .75rem; line-height: 1rem; font-weight: 500; color: var(--faint); padding: 0 .5rem .25rem }
nav.main a { display: flex; align-items: center; min-height: 2rem; padding: 0 .5rem; border-radius: var(--radius); color: var(--soft); font-weight: 500; text-decoration: none }
nav.main a:hover { background: var(--hover) }
nav.main a[aria-current] { background: var(--tint); color: var(--accent) }
nav.main .count { margin-left: auto; padding: 0 .375rem; border-radius: 99px; font-size: .75rem; background: var(--warn-tint); color: var(--warn) }
.who { margin-top: auto; display: grid; gap: .25rem; justify-items: start; padding: .75rem .5rem 0; border-top: 1px solid var(--line); color: var(--faint); font-size: .8125rem; overflow-wrap: anywhere }
.who button { height: 1.75rem; padding: 0; border: 0; background: none; color: var(--accent) }
.bar { display: none }
main { width: 100%; max-width: 83rem; padding: 1.25rem 1.5rem 3rem }
.bare main { max-width: 43rem }
.head { margin-bottom: 1rem }
.head .line { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; min-height: 2.25rem }
.head .title { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; min-width: 0 }
.head p { margin: .25rem 0 0 }
.crumb { font-size: .8125rem; line-height: 1.125rem; color: var(--faint) }
.crumb a { display: inline-block; color: var(--faint); padding: .1875rem 0 }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center }
.tabs { display: flex; gap: 1.25rem; margin: 0 0 1rem; border-bottom: 1px solid var(--line); overflow-x: auto; scrollbar-width: none }
.tabs a { padding: .5rem 0; margin-bottom: -1px; white-space: nowrap; font-weight: 500; color: var(--faint); border-bottom: 2px solid transparent; outline-offset: -2px }
.tabs a:hover { color: var(--ink); text-decoration: none }
.tabs a[aria-current] { color: var(--ink); border-color: var(--accent) }
.tabs b { font-weight: 500; color: var(--faint); font-variant-numeric: tabular-nums }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 20rem; gap: 1rem; align-items: start }
@view-transition { navigation: auto }
`
