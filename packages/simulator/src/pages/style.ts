/** The whole look: nothing is loaded from anywhere. */
export const style = `
:root { color-scheme:light dark; --ink:#161823; --soft-ink:#5b5d68; --paper:#fff; --card:#f7f7f8; --line:#dcdce1; --accent:#c2185b; --good:#0a7d4b; --bad:#b3261e; }
@media (prefers-color-scheme:dark) {
  :root { --ink:#f4f4f6; --soft-ink:#a9abb6; --paper:#121214; --card:#1c1c20; --line:#37373e; --accent:#ff6f9f; --good:#4cd08d; --bad:#ff8a80; }
}
* { box-sizing:border-box; }
body { margin:0; font:16px/1.5 system-ui, sans-serif; color:var(--ink); background:var(--paper); }
header { padding:.6rem 1rem; background:#161823; color:#fff; display:flex; gap:.25rem .75rem; align-items:center; flex-wrap:wrap; }
header a { color:inherit; text-decoration:none; font-weight:700; font-size:1.05rem; }
header span { background:#fe2c55; border-radius:1rem; padding:.1rem .7rem; font-size:.85rem; }
main { max-width:70rem; margin:1.25rem auto; padding:0 1rem 2rem; }
h1 { font-size:1.4rem; margin:.2rem 0 1rem; line-height:1.25; }
a { color:var(--accent); }
a:focus-visible, button:focus-visible, select:focus-visible, input:focus-visible { outline:3px solid var(--accent); outline-offset:2px; }
code { font-size:.8rem; overflow-wrap:anywhere; }
video { width:100%; aspect-ratio:9/16; background:#000; display:block; }
.soft { color:var(--soft-ink); font-size:.875rem; }
.posts { display:grid; gap:1rem; grid-template-columns:repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); padding:0; margin:0; list-style:none; }
.post { border:1px solid var(--line); border-radius:.75rem; overflow:hidden; background:var(--card); }
.post > div { padding:.75rem; }
.post p { margin:0 0 .35rem; overflow-wrap:anywhere; }
.caption { white-space:pre-line; overflow-wrap:anywhere; }
.posts .caption { display:-webkit-box; -webkit-box-orient:vertical; -webkit-line-clamp:3; overflow:hidden; }
.tag { display:inline-block; border:1px solid var(--line); border-radius:.5rem; padding:0 .45rem; font-size:.8rem; margin:0 .25rem .25rem 0; }
.tag.posted { border-color:var(--good); color:var(--good); }
.tag.failed { border-color:var(--bad); color:var(--bad); }
.one { display:grid; gap:1.5rem; grid-template-columns:minmax(0, 20rem) minmax(0, 1fr); align-items:start; margin-top:1rem; }
.one video { border-radius:.75rem; }
dl { display:grid; grid-template-columns:max-content minmax(0, 1fr); gap:.4rem 1rem; margin:1rem 0 0; }
dt { color:var(--soft-ink); } dd { margin:0; overflow-wrap:anywhere; }
@media (max-width:44rem) { .one { grid-template-columns:minmax(0, 1fr); } }
.card { max-width:27rem; margin:2rem auto; border:1px solid var(--line); border-radius:1rem; padding:1.5rem; background:var(--card); }
fieldset { border:0; padding:0; margin:1rem 0; }
legend { padding:0; }
.card label { display:flex; gap:.7rem; align-items:baseline; padding:.4rem 0; cursor:pointer; }
.card input { accent-color:#fe2c55; transform:translateY(.1rem); }
.card label.field { flex-direction:column; gap:.25rem; align-items:stretch; }
select { font:inherit; padding:.5rem; width:100%; border:1px solid var(--line); border-radius:.5rem; background:var(--paper); color:inherit; }
.buttons { display:flex; gap:.75rem; margin-top:1.25rem; }
button { font:inherit; flex:1; padding:.65rem 1rem; border-radius:.5rem; border:1px solid var(--line); cursor:pointer; background:var(--paper); color:inherit; }
button.primary { background:#d81b47; border-color:#d81b47; color:#fff; font-weight:600; }
`;
