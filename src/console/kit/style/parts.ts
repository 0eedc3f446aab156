/** Cards, notes, states, menus and dialogs. */
export const PARTS = `
.card { background: var(--card); border: 1px solid var(--line); border-radius: var(--card-radius); margin: 0 0 1rem }
.card > header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; min-height: 3rem; padding: .4rem 1rem }
.card > header:not(:last-child) { border-bottom: 1px solid var(--line) }
.card > header .sub { font-weight: 400; margin-left: .25rem }
.pad { padding: 1rem }
.pad > :last-child, .note > :last-child, .banner p, .problems > :last-child { margin-bottom: 0 }
.empty { text-align: center; padding: 2.5rem 1rem }
.empty p { margin-inline: auto }
p.empty { max-width: none }
.banner, .note, .problems { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; padding: .625rem 1rem; margin-bottom: 1rem; border: 1px solid; border-radius: var(--card-radius) }
.banner { background: var(--good-tint); border-color: color-mix(in srgb, var(--good) 35%, transparent) }
.note { background: var(--warn-tint); border-color: color-mix(in srgb, var(--warn) 35%, transparent) }
.problems { background: var(--bad-tint); border-color: color-mix(in srgb, var(--bad) 35%, transparent) }
.note > div, .problems > div { min-width: 0 }
.note p, .problems p { margin: 0 }
.problems ul { margin: .25rem 0 0 }
.status { display: inline-flex; align-items: baseline; gap: .375rem; font-weight: 500; color: var(--soft); white-space: nowrap }
.status i { font-style: normal; font-size: .75rem; color: var(--faint) }
.status.available i, .status.good i { color: var(--good) }
.status.needs_attention, .status.needs_attention i, .status.warn { color: var(--warn) }
.status.expired, .status.expired i, .status.bad, .status.bad i { color: var(--bad) }
.tag { display: inline-block; padding: 0 .5rem; border: 1px solid var(--line); border-radius: 99px; background: var(--hover); color: var(--soft); font-size: .75rem; line-height: 1.25rem; white-space: nowrap; max-width: 100%; overflow: hidden; text-overflow: ellipsis }
.warn { color: var(--warn) }
dl.facts { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); gap: .5rem .75rem; margin: 0 }
dl.facts dt { color: var(--faint) }
dl.facts dd { margin: 0; overflow-wrap: anywhere }
dl.checks { margin: 0 }
dl.checks > div { padding: .75rem 1rem }
dl.checks > div + div { border-top: 1px solid var(--line) }
dl.checks dd { margin: .25rem 0 0; max-width: 44rem }
dl.checks pre { margin-top: .5rem }
.permissions { list-style: none; margin: 0; padding: 0 }
.permissions li { display: grid; grid-template-columns: minmax(9rem, 30%) minmax(0, 1fr) fit-content(33%); gap: .75rem; align-items: center; min-height: 1.75rem }
.permissions li > * { min-width: 0 }
.steps { margin: 0; padding: 0 1rem 1rem 2.25rem }
.steps li { padding: .5rem 0 }
.steps p { margin: 0 }
.steps .button { margin-top: .5rem; display: flex; width: max-content }
.waiting { margin: .75rem 0 0; color: var(--faint) }
.waiting.used { color: var(--good); font-weight: 500 }
.others { margin: 0 0 1rem; gap: .25rem 1rem }
.others a { padding: .125rem 0 }
.copy { display: flex; gap: .5rem; align-items: start; margin-bottom: .75rem }
.copy > :first-child { flex: 1; min-width: 0 }
.copy button { min-width: 5rem; justify-content: center }
.pad > h3:first-child { margin-top: 0 }
dd.copy { margin-bottom: 0; flex-wrap: wrap; gap: 0 .5rem }
dd.copy > :first-child { flex: 0 1 auto }
dd.copy button { min-width: 4rem; min-height: 1.5rem; padding: 0; border: 0; background: none; color: var(--accent); justify-content: start }
summary { cursor: pointer; padding: .25rem 0; font-weight: 500 }
.menu { position: relative; display: inline-block }
.menu > summary { list-style: none; padding: 0 }
.menu > summary::-webkit-details-marker { display: none }
.menu > ul { position: absolute; right: 0; top: calc(100% + .25rem); z-index: 4; min-width: 13rem; list-style: none; margin: 0; padding: .25rem; background: var(--raised); border: 1px solid var(--line); border-radius: var(--card-radius); box-shadow: 0 .5rem 1.5rem #0003 }
.menu li a, .menu li button { display: flex; align-items: center; width: 100%; min-height: 2rem; padding: 0 .625rem; border: 0; border-radius: var(--radius); background: none; color: var(--ink); font-weight: 400; text-decoration: none }
.menu li a:hover { background: var(--hover) }
.menu li .danger { color: var(--bad); background: none }
dialog { width: min(36rem, calc(100vw - 2rem)); max-height: calc(100dvh - 2rem); padding: 0; border: 1px solid var(--line); border-radius: var(--card-radius); background: var(--card); color: var(--ink); overflow: auto }
dialog::backdrop { background: #0008 }
main > .ask { border: 0; background: none }
main > .ask > .pad { padding: 0 0 1rem }
main > .ask > .actions { padding-inline: 0; background: var(--ground) }
dialog .ask { border: 0; margin: 0 }
.chart { display: block; width: 100%; height: 7rem }
.chart .issued { fill: var(--accent); opacity: .75 }
.chart .refused { fill: var(--bad) }
.swatch { display: inline-block; width: .625rem; height: .625rem; border-radius: 2px; background: var(--accent); opacity: .75 }
.swatch.refused { background: var(--bad); opacity: 1 }
.plot { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0 .5rem; font-size: .75rem; line-height: 1rem; color: var(--faint); font-variant-numeric: tabular-nums }
.plot > .scale, .plot > .ends { display: flex; justify-content: space-between }
.plot > .scale { flex-direction: column; text-align: right }
.plot > .ends { grid-column: 2 }
`
