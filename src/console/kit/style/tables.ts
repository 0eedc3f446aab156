/** Tables: one line a cell where there is room, and rows of two lines on a phone. */
export const TABLES = `
table { width: 100%; border-collapse: collapse }
table.fixed { table-layout: fixed }
thead :is(th, td) { position: sticky; top: 0; z-index: 1; padding: .5rem .75rem; background: var(--card); border-bottom: 1px solid var(--line); text-align: left; font-size: .75rem; line-height: 1rem; font-weight: 500; color: var(--faint); white-space: nowrap }
.card > table:first-child thead :is(th, td) { border-radius: var(--card-radius) var(--card-radius) 0 0 }
tbody :is(td, th) { padding: .4375rem .75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: middle; font-weight: 400; overflow-wrap: anywhere }
tbody tr:last-child > * { border-bottom: 0 }
tbody tr:hover { background: var(--hover) }
td p, th p { margin: 0 }
.name { color: var(--ink); font-weight: 500 }
td.num, th.num { text-align: right; font-variant-numeric: tabular-nums }
.pick { width: 2.5rem; padding-right: 0 }
.pick label { display: flex; align-items: center; min-width: 1.5rem; min-height: 1.5rem }
.pick input { display: block; width: 1.25rem; height: 1.25rem; margin: .125rem 0; accent-color: var(--accent) }
th.state, td.state { width: 18rem }
th.date, td.date { width: 7rem; white-space: nowrap }
th.more, td.more { width: 3.25rem; padding-block: 0; text-align: right }
th.half, td.half { width: 14rem }
.tools { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin-bottom: .75rem }
.tools input[type=search] { flex: 1 1 10rem; max-width: 26rem }
.filters input[size] { max-width: 6.25rem }
.filters :is([name=api], [name=role], [name=unused], [name=actor]) { max-width: 8.5rem }
@supports (field-sizing: content) {
  .filters select { field-sizing: content }
  .filters :is([name=api], [name=role], [name=unused], [name=actor]) { max-width: 14rem }
}
.tools .filters { display: contents }
.tools .count { margin-left: auto }
.fixed .date { width: 6.25rem }
.fixed .subject { width: 24% }
.fixed .by { width: 20% }
table:not(.fixed) .one { width: 0; min-width: 100% }
table:not(.fixed) .wide .one { width: auto; min-width: 0; max-width: 10rem }
.fixed tbody :is(td, th) { padding-block: .375rem }
.named { max-height: 16rem; overflow: auto }
.bulk { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: .5rem .75rem; background: var(--tint); border-bottom: 1px solid var(--line); border-radius: var(--card-radius) var(--card-radius) 0 0 }
@supports selector(:has(:checked)) { form:not(:has(tbody :checked)) .bulk { display: none } }
form:has(tbody :checked) thead :is(td, th) { position: static }
html:has(.bulk) { scroll-padding-top: 6.5rem }
.pager { display: flex; gap: .5rem; justify-content: flex-end; align-items: center; margin-bottom: 1rem }
.event > summary { list-style: none; font-weight: 400; padding: .125rem 0 }
.event > summary::-webkit-details-marker { display: none }
.event > summary:hover { text-decoration: underline }
.event > table, .event > p { margin: .5rem 0 }
.day td, .day th { background: var(--hover); font-size: .75rem; line-height: 1rem; font-weight: 500; color: var(--faint) }
`
