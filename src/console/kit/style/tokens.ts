/** Colours, sizes and type. All colours meet WCAG AA on the ground that they stand on, light and dark. */
export const TOKENS = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f7f8fa, #0e1014);
  --card: light-dark(#fff, #15181e);
  --raised: light-dark(#fff, #1b1f27);
  --hover: light-dark(#f1f3f7, #1b1f27);
  --ink: light-dark(#14171f, #e8eaf0);
  --soft: light-dark(#3d4454, #c2c7d3);
  --faint: light-dark(#5a6274, #979fb0);
  --line: light-dark(#e4e7ed, #262b35);
  --edge: light-dark(#868e9f, #6b7385);
  --accent: light-dark(#3d4ec6, #a5b0ff);
  --on-accent: light-dark(#fff, #12163a);
  --tint: light-dark(#eceffe, #1f2545);
  --good: light-dark(#137a47, #6fd29a);
  --warn: light-dark(#8f5600, #f0b35a);
  --bad: light-dark(#b3261e, #ff9b92);
  --good-tint: light-dark(#e8f5ee, #14291e);
  --warn-tint: light-dark(#fdf3e1, #2c2212);
  --bad-tint: light-dark(#fdeceb, #331816);
  --radius: .375rem;
  --card-radius: .625rem;
  --control: 2.125rem;
}
* { box-sizing: border-box }
[hidden] { display: none !important }
body { margin: 0; background: var(--ground); color: var(--ink); font: .875rem/1.25rem ui-sans-serif, system-ui, sans-serif }
h1 { font-size: 1.25rem; line-height: 1.75rem; font-weight: 600; margin: 0 }
h2 { font-size: .9375rem; line-height: 1.25rem; font-weight: 600; margin: 0 }
h3 { font-size: .875rem; line-height: 1.25rem; font-weight: 600; margin: 1rem 0 .25rem }
p { margin: 0 0 .75rem; max-width: 44rem }
ul { margin: 0 0 .75rem; padding-left: 1.25rem }
b, strong { font-weight: 600 }
a { color: var(--accent); text-decoration: none }
a:hover { text-decoration: underline }
p a, li a, dd a, .tools .count a { text-decoration: underline; text-underline-offset: .15em }
:focus-visible, [type=date]:focus-within, label:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px }
label :focus-visible { outline: none }
main:focus { outline: none }
code, .mono, pre { font: .8125rem/1.25rem ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
code, .mono, bdi { overflow-wrap: anywhere }
pre { margin: 0; padding: .75rem; background: var(--hover); border-radius: var(--radius); overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere }
time { font-variant-numeric: tabular-nums }
.faint, .hint, .sub { color: var(--faint) }
.hint, .sub { font-size: .8125rem; line-height: 1.125rem }
.hint { margin: 0 0 .375rem }
.lines { white-space: pre-line }
.one { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.unseen, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.skip { position: absolute; left: .5rem; top: .5rem; z-index: 9; background: var(--card); padding: .5rem }
`
