/** Forms: one column, the hint under its field, sections divided by lines, the buttons always in sight. */
export const FORMS = `
.form { max-width: 40rem }
.field { margin: 0 0 1rem }
.field > label, legend { display: block; font-weight: 500; padding: 0; margin-bottom: .25rem }
legend:not(.unseen) { float: left; width: 100% }
legend + * { clear: both }
.field .hint { margin: .25rem 0 0 }
fieldset { border: 0; padding: 0; margin: 0 0 1rem; min-width: 0 }
.section { border-top: 1px solid var(--line); padding-top: 1rem; margin-top: 1rem }
input, textarea, select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: var(--radius); padding: .375rem .625rem; min-height: var(--control); max-width: 100% }
input:not([type=checkbox], [type=radio], [type=date], [type=number]), textarea { width: 100% }
.tools input:not([type=search]) { width: auto }
textarea { resize: vertical; field-sizing: content; max-height: 24rem }
[aria-invalid=true] { border-color: var(--bad); box-shadow: inset 0 0 0 1px var(--bad) }
.problem { color: var(--bad); margin: .25rem 0 0 }
.saved { color: var(--warn); margin: .25rem 0 0; white-space: pre-line }
.choice { display: flex; gap: .625rem; align-items: start; padding: .3125rem 0; min-height: 2rem }
.choice input { width: 1rem; height: 1rem; min-height: 0; margin: .125rem 0 0; flex: none; accent-color: var(--accent) }
.choice .hint, .choice .saved { display: block; margin: 0 }
.choice .tag { margin-left: .5rem }
details.api { border-top: 1px solid var(--line); padding: .25rem 0 }
details.api > summary .sub { font-weight: 400 }
details.api .group { margin: .5rem 0 }
details.api .group > p { margin: 0 }
.quick { display: flex; flex-wrap: wrap; gap: .25rem .5rem; align-items: center }
button, .button { display: inline-flex; align-items: center; gap: .375rem; min-height: var(--control); padding: 0 .75rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--raised); color: var(--ink); font: inherit; font-weight: 500; white-space: nowrap; cursor: pointer; text-decoration: none }
.button:hover, button:hover { background: var(--hover); text-decoration: none }
button.primary, .button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
button.danger, .button.danger { color: var(--bad) }
.ask h1 { margin-bottom: .75rem }
.ask button.danger { background: var(--bad); border-color: var(--bad); color: var(--card) }
button.icon, .icon { width: var(--control); padding: 0; justify-content: center; border-color: transparent; background: none }
button:disabled:not([aria-busy]) { color: var(--faint); cursor: not-allowed }
[aria-busy] { cursor: progress; opacity: .75 }
.form > .actions, .ask > .actions { position: sticky; bottom: 0; z-index: 2; padding: .75rem 1rem; background: var(--card); border-top: 1px solid var(--line); border-radius: 0 0 var(--card-radius) var(--card-radius) }
html:has(.form), dialog { scroll-padding-bottom: calc(var(--control) + 2.5rem) }
.form[data-holds] > .actions { position: static }
.choices { border: 0; padding: 0; margin: 0 }
.choices > label { display: inline-block; padding: .25rem .625rem; margin: 0 .25rem .25rem 0; border: 1px solid var(--line); border-radius: var(--radius); cursor: pointer }
.choices > label:has(:checked) { background: var(--tint); color: var(--accent); font-weight: 500; border-color: transparent }
.choices > label input { position: absolute; opacity: 0; min-height: 0 }
.choices > div { display: none; margin-top: .5rem }
.choices:has(> label:nth-of-type(1) :checked) > div:nth-of-type(1), .choices:has(> label:nth-of-type(2) :checked) > div:nth-of-type(2),
.choices:has(> label:nth-of-type(3) :checked) > div:nth-of-type(3), .choices:has(> label:nth-of-type(4) :checked) > div:nth-of-type(4),
.choices:has(> label:nth-of-type(5) :checked) > div:nth-of-type(5), .choices:has(> label:nth-of-type(6) :checked) > div:nth-of-type(6) { display: block }
`
