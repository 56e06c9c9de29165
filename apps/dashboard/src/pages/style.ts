/** The pages' one style sheet, of the same look as the API's pages. */
export const style = `
:root { color-scheme: light dark; --ink: #16202a; --soft: #52606d; --line: #d8dee5; --paper: #fff; --ground: #f4f6f8;
  --brand: #0b5c6b; --on-brand: #fff; --good: #0f6b3c; --warn: #8a4b00; --bad: #a3161b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --soft: #a7b3bf; --line: #34404c; --paper: #1a222b; --ground: #11171d;
  --brand: #6fd0de; --on-brand: #06262c; --good: #6fdba1; --warn: #f0b565; --bad: #ff9a94; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
a { color: var(--brand); }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem 1rem; }
header { background: var(--paper); border-bottom: 1px solid var(--line); }
header > div, main { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
header > div { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.25rem; padding-block: .75rem; }
header form, .head form, td form { margin: 0; }
.name { font-weight: 700; font-size: 1.15rem; letter-spacing: -.01em; color: var(--ink); text-decoration: none; margin-right: auto; }
main { padding-block: 1.5rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; margin: 0; }
section { margin-bottom: 2rem; }
.head { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem .75rem; margin-bottom: .75rem; }
.card, .list, .scroll { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; }
.card { padding: 1.5rem; max-width: 26rem; margin: 2rem auto; }
.card > :last-child { margin-bottom: 0; }
.scroll { overflow-x: auto; }
.state { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem 1rem; padding: .9rem 1rem; margin-bottom: 2rem;
  background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; }
.state > div { margin-right: auto; }
.state p { margin: 0; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem; font-size: .85rem; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); } .plain { color: var(--soft); }
.button, button { display: inline-block; font: inherit; font-weight: 600; border: 1px solid var(--brand); background: var(--brand); color: var(--on-brand);
  border-radius: .45rem; padding: .5rem 1rem; text-decoration: none; cursor: pointer; min-height: 2.75rem; }
.button.quiet, button.quiet { background: none; color: var(--brand); }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
label { display: block; font-weight: 600; margin-bottom: 1rem; }
input { display: block; width: 100%; font: inherit; font-weight: 400; margin-top: .25rem; padding: .55rem .7rem; border: 1px solid var(--soft); border-radius: .45rem;
  background: var(--paper); color: var(--ink); min-height: 2.75rem; }
.error { color: var(--bad); margin: 0 0 1rem; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: .6rem .8rem; vertical-align: top; overflow-wrap: anywhere; }
th { font-size: .85rem; color: var(--soft); font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
tbody th { color: inherit; font-size: 1rem; }
tbody tr { border-top: 1px solid var(--line); }
.empty { padding: 1rem; margin: 0; color: var(--soft); }
@media (max-width: 48rem) {
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  table, tbody, tbody tr { display: block; }
  tbody tr { padding: .6rem 1rem; }
  tbody th { display: block; padding: .15rem 0; }
  tbody td { display: flex; gap: .75rem; padding: .15rem 0; text-align: left; }
  .number { text-align: left; }
  tbody td > * { min-width: 0; }
  tbody td::before { content: attr(data-name); flex: 0 0 8.5rem; color: var(--soft); font-size: .85rem; padding-top: .1rem; }
  .dense tbody tr { display: grid; grid-template-columns: 1fr 1fr; column-gap: 1rem; }
  .dense tbody th, .dense tbody td.wide { grid-column: 1 / -1; }
  .dense tbody td::before { flex-basis: 6.5rem; }
}
`;
