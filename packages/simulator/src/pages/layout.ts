import { Html, html } from "../escape-html.ts";

const style = new Html(`<style>
:root { color-scheme: light dark; --ink:#161823; --paper:#fff; --soft:#f1f1f2; --line:#d8d8dc; --accent:#c2185b; }
@media (prefers-color-scheme: dark) { :root { --ink:#f4f4f6; --paper:#121214; --soft:#1e1e22; --line:#3a3a40; --accent:#ff6f9f; } }
* { box-sizing: border-box; } body { margin:0; font:16px/1.5 system-ui, sans-serif; color:var(--ink); background:var(--paper); }
header { padding:.6rem 1rem; background:#161823; color:#fff; display:flex; gap:.75rem; align-items:center; flex-wrap:wrap; }
header b { font-size:1.05rem; } header span { background:#fe2c55; border-radius:1rem; padding:.1rem .7rem; font-size:.85rem; }
main { max-width:64rem; margin:1.25rem auto; padding:0 1rem; } h1 { font-size:1.4rem; margin:.2rem 0 1rem; }
.posts { display:grid; gap:1rem; grid-template-columns:repeat(auto-fill, minmax(15rem, 1fr)); padding:0; list-style:none; }
.post { border:1px solid var(--line); border-radius:.75rem; overflow:hidden; background:var(--soft); display:flex; flex-direction:column; }
video { width:100%; aspect-ratio:9/16; background:#000; display:block; } .post div { padding:.75rem; }
.post p { margin:0 0 .35rem; overflow-wrap:anywhere; } code { font-size:.78rem; overflow-wrap:anywhere; color:inherit; opacity:.75; }
.tag { display:inline-block; border:1px solid var(--line); border-radius:.5rem; padding:0 .45rem; font-size:.8rem; margin:0 .25rem .25rem 0; }
a { color:var(--accent); } .card { max-width:26rem; margin:2rem auto; border:1px solid var(--line); border-radius:1rem; padding:1.25rem; background:var(--soft); }
.card label { display:flex; gap:.6rem; align-items:flex-start; padding:.35rem 0; } .card select { font:inherit; padding:.3rem; max-width:100%; }
.buttons { display:flex; gap:.75rem; margin-top:1rem; } button { font:inherit; flex:1; padding:.6rem 1rem; border-radius:.5rem; border:1px solid var(--line); cursor:pointer; background:var(--paper); color:inherit; }
button.primary { background:#fe2c55; border-color:#fe2c55; color:#fff; font-weight:600; } .empty { opacity:.7; }
</style>`);

/** A page that cannot be taken for the real platform. */
export function page(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – TikTok simulator</title>
        ${style}
      </head>
      <body>
        <header><b>TikTok</b><span>Simulator</span><small>runs on this machine, talks to nobody</small></header>
        <main>${content}</main>
      </body>
    </html>`.text;
}
