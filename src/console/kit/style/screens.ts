/** Narrow screens, coarse pointers, colours that the visitor chose (where a ground shows nothing), and print. */
export const SCREENS = `
@media (max-width: 79rem) { .columns .wide { display: none } }
@media (max-width: 84rem) { .tools input[type=search] { flex-basis: 26rem } }
@media (max-width: 64rem) {
  html { scroll-padding-top: 4rem }
  .frame { display: block }
  .side { display: none }
  .bar { display: flex; align-items: center; justify-content: space-between; position: sticky; top: 0; z-index: 5; min-height: 3.25rem; padding: 0 .75rem; background: var(--card); border-bottom: 1px solid var(--line) }
  .bar > details > summary { list-style: none; display: flex; align-items: center; min-height: 2.75rem; padding: 0 .75rem }
  .bar > details > summary::-webkit-details-marker { display: none }
  .bar > details > div { position: absolute; right: 0; top: 100%; width: min(18rem, 100vw); max-height: calc(100dvh - 3.25rem); overflow: auto; display: grid; gap: 1rem; padding: .75rem; background: var(--card); border: 1px solid var(--line); border-radius: 0 0 var(--card-radius) var(--card-radius); box-shadow: 0 .5rem 1.5rem #0003 }
  thead :is(th, td), .bulk { top: 3.25rem }
  html:has(.bulk) { scroll-padding-top: 10rem }
  .columns { grid-template-columns: minmax(0, 1fr) }
  .wide, .tools .count { display: none }
  .tools input[type=search] { flex-basis: 10rem }
}
@media (max-width: 40rem), (pointer: coarse) {
  :root { --control: 2.75rem }
  nav.main a, .menu li a, .menu li button { min-height: 2.75rem }
  .choice { padding: .625rem 0 }
  .tabs a { padding: .75rem 0 }
  .crumb a { padding: .375rem 0 }
}
@media (max-width: 40rem) {
  input, select, textarea { font-size: 1rem }
  main { padding: 1rem .75rem 3rem }
  thead { display: none }
  .bulk { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none }
  .bulk > * { flex: none }
  table, tbody, tr, td, tbody th { display: block; width: auto !important }
  tbody tr { position: relative; padding: .5rem .75rem; border-bottom: 1px solid var(--line) }
  tbody tr:last-child { border-bottom: 0 }
  tbody :is(td, th) { padding: .0625rem 0; border: 0 }
  tbody td[data-label]:not(:empty) { position: relative; padding-left: 7.25rem }
  td[data-label]:not(:empty)::before { content: attr(data-label); position: absolute; left: 0; color: var(--faint) }
  td.num { text-align: left }
  .tools .filters { display: flex; gap: .5rem; order: 1; flex: 1 0 100%; overflow-x: auto; scrollbar-width: none }
  .tools .filters > * { flex: none }
  td.more { position: absolute; right: .25rem; top: .25rem }
  td.more + td, tr:has(td.more) > th { padding-right: 3rem }
  .narrow { display: none !important }
  tr:has(> .pick) { display: grid; grid-template-columns: 2rem minmax(0, 1fr) auto 2.75rem; column-gap: .5rem; align-items: center; padding: .25rem .5rem }
  tr:has(> .pick) > * { position: static; padding: 0 !important }
  tr:has(> .pick) > ::before { content: none !important }
  tr:has(> .pick) > :is(.pick, .more) { grid-row: 1 / 3 }
  tr:has(> .pick) > .more { grid-column: 4 }
  tr:has(> .pick) > .state { grid-column: 2 / 4; grid-row: 2 }
  tr:has(> .pick) > .end { display: none }
  .permissions li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 .75rem; padding: .25rem 0 }
  .permissions .sub { order: 1; flex: 1 0 100% }
  dl.facts { grid-template-columns: 6.5rem minmax(0, 1fr) }
}
@media (prefers-reduced-motion: reduce) { @view-transition { navigation: none } }
@media (forced-colors: active) {
  .tabs a { border-color: Canvas }
  .tabs a[aria-current] { border-bottom: .25rem solid Highlight }
  nav.main a[aria-current], .choices > label:has(:checked) { forced-color-adjust: none; background: Highlight; color: HighlightText; outline-color: CanvasText }
  .swatch { forced-color-adjust: none }
}
@media print {
  :root { color-scheme: light }
  .side, .bar, .skip, .tools, .pager, .tabs, .actions, .bulk, .pick, .more, .banner form, button, .button { display: none !important }
  .frame { display: block }
  body { background: #fff }
  .card { border: 0 }
  main { max-width: none; padding: 0 }
}
`
