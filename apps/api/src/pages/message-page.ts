import { markup, type Html } from "./markup.ts";

/** A result in one sentence, and one way on. */
export function messagePage(view: {
  title: string;
  text: string;
  goOn: { href: string; text: string };
  reference?: { name: string; id: string };
}): Html {
  return markup` <div class="card" role="status">
    <h1>${view.title}</h1>
    <p>${view.text}</p>
    <p><a class="button" href="${view.goOn.href}">${view.goOn.text}</a></p>
    ${view.reference && markup`<p class="small soft">${view.reference.name} ${view.reference.id}</p>`}
  </div>`;
}
