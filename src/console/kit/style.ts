/** The only style sheet. Colours meet WCAG AA in light and dark; it honours reduced motion. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7fa, #14161c);
  --card: light-dark(#fff, #1c1f28);
  --ink: light-dark(#1b2030, #e8eaf2);
  --faint: light-dark(#565e74, #a4abc0);
  --line: light-dark(#d9dde7, #333848);
  --accent: light-dark(#3846b8, #a3aeff);
  --on-accent: light-dark(#fff, #12163a);
  --good: light-dark(#176639, #7fd6a2);
  --warn: light-dark(#8a5200, #f2b45c);
  --bad: light-dark(#b3261e, #ff9d94);
  --good-ground: light-dark(#e2f4e9, #17301f);
  --warn-ground: light-dark(#fdf0db, #3a2a10);
  --bad-ground: light-dark(#fce8e6, #3d1a18);
  --mute-ground: light-dark(#e9ebf2, #2a2e3b);
}
* { box-sizing: border-box }
[hidden] { display: none !important }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem }
h2 { font-size: 1.15rem; margin: 0 0 .75rem }
h3 { font-size: 1rem; margin: 1rem 0 .5rem }
p { margin: 0 0 .75rem }
a { color: var(--accent) }
a:focus-visible, button:focus-visible, input:focus-visible, textarea:focus-visible, select:focus-visible,
summary:focus-visible, input[type=date]:focus-within, label:has(:focus-visible), [tabindex]:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
main:focus { outline: none }
code, .mono { font-family: ui-monospace, monospace; font-size: .92em; overflow-wrap: anywhere }
pre { margin: 0; padding: .75rem; background: var(--mute-ground); border-radius: .4rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere }
bdi { overflow-wrap: anywhere }
.unseen, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.skip { position: absolute; left: .5rem; top: .5rem; z-index: 9; background: var(--card); padding: .5rem }
.faint, .hint { color: var(--faint) }
.hint { font-size: .92rem; margin: 0 0 .35rem }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.5rem; padding: .6rem 1.25rem; background: var(--card); border-bottom: 1px solid var(--line) }
.brand { font-weight: 700; text-decoration: none; color: var(--ink); padding: .25rem 0 }
.top nav { flex: 1 1 20rem }
.top ul { display: flex; flex-wrap: wrap; gap: .25rem; margin: 0; padding: 0; list-style: none }
.top nav a { display: block; padding: .3rem .6rem; border-radius: .4rem; text-decoration: none; color: var(--faint) }
.top nav a:hover { background: var(--mute-ground) }
.top nav a[aria-current] { background: var(--mute-ground); color: var(--ink); font-weight: 600 }
.who { display: flex; align-items: center; gap: .5rem; color: var(--faint); font-size: .92rem; min-width: 0 }
main { max-width: 75rem; margin: 0 auto; padding: 1.25rem }
.head { display: flex; flex-wrap: wrap; gap: .75rem; align-items: start; justify-content: space-between; margin-bottom: 1rem }
.head .actions { margin: 0 }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.1rem; margin: 0 0 1rem }
.narrow { max-width: 42rem; margin-inline: auto }
.banner { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; justify-content: space-between; background: var(--good-ground); border: 1px solid var(--good); border-radius: .6rem; padding: .6rem 1rem; margin-bottom: 1rem }
.banner p { margin: 0 }
.problems { background: var(--bad-ground); border: 1px solid var(--bad); border-radius: .6rem; padding: .6rem 1rem; margin-bottom: 1rem }
.problems p, .note > p:last-child { margin: 0 }
.note { background: var(--warn-ground); border: 1px solid var(--warn); border-radius: .6rem; padding: .6rem 1rem; margin-bottom: 1rem }
.problem { color: var(--bad); margin: .25rem 0 0 }
.saved { color: var(--warn); margin: .25rem 0 0; white-space: pre-line }
.choice .saved { display: block; margin: 0; font-size: .92rem }
button[aria-busy] { cursor: progress; opacity: .75 }
.status { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; font-size: .9rem; font-weight: 600; white-space: nowrap; background: var(--mute-ground) }
.available, .good { color: var(--good); background: var(--good-ground) }
.needs_attention { color: var(--warn); background: var(--warn-ground) }
.expired, .bad { color: var(--bad); background: var(--bad-ground) }
.suspended { color: var(--ink); background: var(--mute-ground); box-shadow: inset 0 0 0 1px var(--faint) }
.strip { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; margin: 0 0 1rem; padding: 0 }
.strip a { display: block; padding: .35rem .8rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); text-decoration: none; color: var(--ink) }
.strip a[aria-current] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent) }
.strip b { margin-left: .35rem }
.filter { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin-bottom: 1rem }
.filter .field { margin: 0; flex: 0 1 18rem }
.scroll { overflow-x: auto; position: relative }
table { width: 100%; border-collapse: collapse }
th { text-align: left; font-size: .88rem; color: var(--faint); font-weight: 600 }
th, td { padding: .55rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top }
tbody tr:last-child > * { border-bottom: 0 }
td .hint, .subject { margin: 0 }
.subject a { display: inline-block; min-width: 1.5rem }
td.num, th.num { text-align: right; font-variant-numeric: tabular-nums }
.pager { display: flex; gap: .75rem; margin-top: .75rem }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 0 }
dl.facts dt { color: var(--faint) }
dl.facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere }
.field { margin: 0 0 1rem }
.field > label, legend { font-weight: 600; display: block; margin-bottom: .2rem }
fieldset { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 1rem; min-width: 0 }
input, textarea, select { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--faint); border-radius: .4rem; padding: .45rem .6rem; max-width: 100% }
input:not([type=checkbox], [type=radio], [type=date], [type=number]), textarea { width: 100% }
[aria-invalid=true] { border-color: var(--bad); box-shadow: inset 0 0 0 1px var(--bad) }
.choice { display: flex; gap: .6rem; align-items: start; padding: .3rem 0; min-height: 1.75rem }
.choice input { width: 1.15rem; height: 1.15rem; margin: .2rem 0 0; flex: none; accent-color: var(--accent) }
.choice .hint { display: block; margin: 0 }
button, .button { display: inline-block; font: inherit; font-weight: 600; line-height: 1.4; padding: .4rem .95rem; min-height: 2.2rem; border-radius: .45rem; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); cursor: pointer; text-decoration: none }
button.quiet, .button.quiet { background: transparent; color: var(--accent); border-color: var(--line) }
button.danger, .button.danger { background: transparent; color: var(--bad); border-color: var(--bad) }
.dialog button.danger { background: var(--bad); color: var(--card) }
button[data-done]::after { content: ' ✓' }
.actions { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: 1rem; align-items: center }
.dialog { border: 1px solid var(--line); border-radius: .7rem; background: var(--card); color: var(--ink); padding: 1.4rem; width: min(34rem, calc(100vw - 2rem)); max-height: calc(100dvh - 2rem); overflow: auto; box-shadow: 0 1rem 3rem #0006 }
.dialog::backdrop { background: #0008 }
.menu { border: 1px solid var(--line); border-radius: .6rem; background: var(--card); color: var(--ink); padding: .5rem; margin: auto; width: min(22rem, calc(100vw - 2rem)) }
.menu li { list-style: none }
.menu ul { margin: 0; padding: 0 }
.menu a, .menu button { display: block; width: 100%; text-align: left; border: 0; background: none; color: var(--ink); font-weight: 400; padding: .5rem .75rem; text-decoration: none; border-radius: .4rem }
.menu a:hover, .menu button:hover { background: var(--mute-ground) }
.menu .danger { color: var(--bad) }
.tabs, .of-secret { border: 0; padding: 0 }
.tabs > label { display: inline-block; padding: .35rem .8rem; border-radius: .4rem; cursor: pointer; border: 1px solid var(--line) }
.tabs > label:has(:checked) { background: var(--mute-ground); font-weight: 600; border-color: var(--accent) }
.tabs > label input { position: absolute; opacity: 0 }
.tabs > div { display: none; margin-top: .75rem }
.tabs:has(> label:nth-of-type(1) :checked) > div:nth-of-type(1), .tabs:has(> label:nth-of-type(2) :checked) > div:nth-of-type(2),
.tabs:has(> label:nth-of-type(3) :checked) > div:nth-of-type(3), .tabs:has(> label:nth-of-type(4) :checked) > div:nth-of-type(4),
.tabs:has(> label:nth-of-type(5) :checked) > div:nth-of-type(5) { display: block }
.copy { display: flex; gap: .6rem; align-items: start; margin-bottom: .75rem }
.copy > :first-child { flex: 1; min-width: 0 }
.row { display: flex; flex-wrap: wrap; gap: .4rem }
td button { white-space: nowrap }
.group { margin-top: .6rem }
.group > p { margin: 0 }
dl.checks { margin: 0 }
dl.checks > div + div { border-top: 1px solid var(--line); margin-top: .75rem; padding-top: .75rem }
dl.checks dd { margin: .35rem 0 0 }
dl.checks pre { margin-top: .4rem }
.lines { white-space: pre-line }
.empty { text-align: center; padding: 2.5rem 1rem }
summary { cursor: pointer; padding: .25rem 0 }
svg.chart { width: 100%; height: auto; max-height: 9rem; display: block }
.ends { display: flex; justify-content: space-between }
svg .issued { fill: var(--accent) }
svg .refused { fill: var(--bad) }
svg text { fill: var(--faint); font-size: 11px }
@media (max-width: 45rem) {
  main { padding: .9rem }
  dl.facts { grid-template-columns: 1fr; gap: 0 }
  dl.facts dd { margin-bottom: .6rem }
  .wide { display: none }
  .scroll td { min-width: 6rem }
}
@media (prefers-reduced-motion: no-preference) { a, button { transition: background-color .12s } }
@media print { .top, .actions, .filter, .pager, .banner form { display: none } body { background: #fff } .card { border: 0; padding: 0 } }
`
