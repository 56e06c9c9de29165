import { Html, html } from "../escape-html.ts";
import { style } from "./style.ts";

/** A page that cannot be taken for the real platform. */
export function page(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – TikTok simulator</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <header>
          <a href="/">TikTok</a><span>Simulator</span><small>runs on this machine, talks to nobody</small>
        </header>
        <main>${content}</main>
      </body>
    </html>`.text;
}
