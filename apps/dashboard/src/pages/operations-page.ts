import type { HoldRow, LatePublication, LostAccount } from "@reelay/database";
import { boardPath } from "../board.ts";
import type { Figures, QueueFigures } from "../read-figures.ts";
import type { Language } from "./language.ts";
import { markup, type Html } from "./markup.ts";
import { spanOf, timeOf } from "./spans.ts";
import { textsOf, type Texts } from "./texts.ts";

export interface OperationsView {
  readonly figures: Figures;
  readonly language: Language;
  readonly readOnly: boolean;
}

interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
  /** Takes a line of its own where cells share one. */
  readonly isWide?: boolean;
}

/** The whole page; what `operationsFigures` makes renews itself. */
export function operationsPage(view: OperationsView): Html {
  const texts = textsOf(view.language);
  return markup`<div class="head">
      <h1>${texts.operations}</h1>
      <a class="button" href="${boardPath}">${texts.board}</a>
    </div>
    <div id="figures">${operationsFigures(view)}</div>`;
}

export function operationsFigures({ figures, language, readOnly }: OperationsView): Html {
  const texts = textsOf(language);
  return markup`${stateCard(figures, language, readOnly, texts)}
    ${section(texts.queues, "queues", queueTable(figures.queues, language, texts))}
    ${section(texts.late, "late", lateTable(figures, language, texts))}
    ${section(texts.unsure, "unsure", unsureText(figures, language, texts))}
    ${section(texts.lost, "lost", lostTable(figures, language, texts))}
    ${section(texts.holds, "holds", holdTable(figures.holds, language, readOnly, texts))}
    <p class="small soft">${texts.asOf} ${timeOf(figures.now, language)}</p>`;
}

function stateCard(figures: Figures, language: Language, readOnly: boolean, texts: Texts): Html {
  const { paused, reconcileOnly } = figures;
  return markup`<div class="state" id="state">
    <div>
      <p class="${paused ? "warn" : "good"}">${paused ? texts.paused : texts.running}</p>
      ${reconcileOnly && markup`<p class="warn">${texts.reconcileOnly}</p>`}
      ${readOnly && markup`<p class="soft">${texts.readOnly}</p>`}
    </div>
    ${
      !readOnly &&
      markup`<form method="post" action="/${paused ? "resume" : "pause"}?lang=${language}">
        <button class="quiet">${paused ? texts.resume : texts.pause}</button>
      </form>`
    }
  </div>`;
}

function queueTable(queues: readonly QueueFigures[], language: Language, texts: Texts): Html {
  const noRedis = queues.some(({ state }) => state === null);
  const columns = [
    { name: texts.queue },
    ...[texts.waiting, texts.active, texts.delayed, texts.failed].map((name) => ({ name, isNumber: true })),
    { name: texts.oldest, isWide: true },
    { name: texts.lastHour, isWide: true },
    { name: texts.workers },
    { name: texts.places, isNumber: true },
  ];
  return markup`${noRedis && markup`<p class="error" role="alert">${texts.noRedis}</p>`}
    ${table(
      columns,
      queues.map((queue) => queueCells(queue, language, texts)),
      "dense",
    )}`;
}

function queueCells({ name, state, ended, processes, places }: QueueFigures, language: Language, texts: Texts): Html[] {
  const oldestMs = state?.oldestWaitingMs ?? null;
  return [
    markup`<a href="${boardPath}/queue/${name}">${name}</a> ${state?.paused && markup`<span class="badge warn">${texts.queuePaused}</span>`}`,
    ...[state?.waiting, state?.active, state?.delayed].map((count) => markup`${count ?? "–"}`),
    markup`<span class="${(state?.failed ?? 0) > 0 ? "bad" : ""}">${state?.failed ?? "–"}</span>`,
    markup`${oldestMs === null ? "–" : spanOf(oldestMs, language)}`,
    markup`<span>${ended === null ? "–" : texts.lastHourOf(ended.completed, ended.failed)}</span>`,
    processes === 0 ? markup`<span class="badge bad">${texts.noWorker}</span>` : markup`${processes}`,
    markup`${places}`,
  ];
}

function lateTable(figures: Figures, language: Language, texts: Texts): Html {
  const { late, now } = figures;
  const cells = ({ id, account, workspace, status, dueAt, ...row }: LatePublication) => [
    markup`<code class="small">${id}</code>`,
    markup`<span>${account} <span class="soft small">${workspace}</span></span>`,
    markup`${texts.statuses[status]}`,
    markup`<span class="${row.mayMove ? "bad" : "warn"}">${spanOf(now.getTime() - dueAt.getTime(), language)}</span>`,
    markup`<span>${whyLate(row, language, texts)}</span>`,
  ];
  const columns = [texts.publication, texts.account, texts.status, texts.lateBy, texts.why].map((name) => ({ name }));
  return listOf(late, texts.noneLate, texts, (rows) => table(columns, rows.map(cells)));
}

function whyLate(
  row: Pick<LatePublication, "mayMove" | "leased" | "waitReason" | "nextAt">,
  language: Language,
  texts: Texts,
): Html {
  if (row.leased) return markup`${texts.atWork}`;
  if (row.mayMove) return markup`<strong>${texts.mayMove}</strong>`;
  if (row.waitReason === null) return markup`${texts.unknownReason}`;
  const until = row.nextAt && markup` <span class="soft small">→ ${timeOf(row.nextAt, language)}</span>`;
  return markup`${texts.reasons[row.waitReason]}${until}`;
}

function unsureText({ unsure }: Figures, language: Language, texts: Texts): Html {
  const { inDoubt, needsReview, oldestAt } = unsure;
  if (inDoubt + needsReview === 0) return empty(texts.noneUnsure);
  return markup`<div class="list"><p class="empty">
    <span class="${needsReview > 0 ? "warn" : ""}">${texts.unsureOf(inDoubt, needsReview)}</span>
    ${oldestAt && markup`${texts.unsureSince} ${timeOf(oldestAt, language)}.`}
  </p></div>`;
}

function lostTable({ lostAccounts }: Figures, language: Language, texts: Texts): Html {
  const cells = ({ account, workspace, platform, cause, since }: LostAccount) => [
    markup`<span>${account} <span class="soft small">${platform}</span></span>`,
    markup`${workspace}`,
    markup`${cause === null ? "–" : texts.causes[cause]}`,
    timeOf(since, language),
  ];
  const columns = [texts.account, texts.workspace, texts.cause, texts.since].map((name) => ({ name }));
  return listOf(lostAccounts, texts.noneLost, texts, (rows) => table(columns, rows.map(cells)));
}

function holdTable(holds: readonly HoldRow[], language: Language, readOnly: boolean, texts: Texts): Html {
  if (holds.length === 0) return empty(texts.noHolds);
  const cells = (hold: HoldRow) => {
    const name = [hold.platform, texts.scopes[hold.scope], hold.feature ?? hold.account].filter(Boolean).join(" · ");
    const action = `/holds/${hold.id}/lift?lang=${language}`;
    return [
      markup`${name}`,
      markup`<code>${hold.failureCode}</code>`,
      timeOf(hold.until, language),
      timeOf(hold.nextProbeAt, language),
      ...(readOnly
        ? []
        : [
            markup`<form method="post" action="${action}"><button class="quiet" aria-label="${texts.liftOf(name)}">${texts.lift}</button></form>`,
          ]),
    ];
  };
  const names = [texts.scope, texts.cause, texts.until, texts.nextProbe, ...(readOnly ? [] : [texts.lift])];
  return table(
    names.map((name) => ({ name })),
    holds.map(cells),
  );
}

function section(title: string, id: string, body: Html): Html {
  return markup`<section aria-labelledby="${id}">
    <div class="head"><h2 id="${id}">${title}</h2></div>
    ${body}
  </section>`;
}

function listOf<Row>(
  list: { readonly count: number; readonly rows: readonly Row[] },
  none: string,
  texts: Texts,
  show: (rows: readonly Row[]) => Html,
): Html {
  if (list.count === 0) return empty(none);
  const { length } = list.rows;
  return markup`${show(list.rows)}${length < list.count && markup`<p class="small soft">${texts.more(length, list.count)}</p>`}`;
}

function empty(text: string): Html {
  return markup`<div class="list"><p class="empty">${text}</p></div>`;
}

/** The first cell of a row names it. `dense`: on narrow screens cells share lines. */
function table(columns: readonly Column[], rows: readonly (readonly Html[])[], dense?: "dense"): Html {
  const kindOf = (column: Column | undefined) =>
    `${column?.isNumber === true ? "number" : ""} ${column?.isWide === true ? "wide" : ""}`.trim();
  const cell = (value: Html, at: number) =>
    at === 0
      ? markup`<th scope="row">${value}</th>`
      : markup`<td class="${kindOf(columns[at])}" data-name="${columns[at]?.name}">${value}</td>`;
  return markup`<div class="scroll"><table class="${dense ?? ""}">
    <thead><tr>${columns.map((column) => markup`<th scope="col" class="${kindOf(column)}">${column.name}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => markup`<tr>${row.map(cell)}</tr>`)}</tbody>
  </table></div>`;
}

/** Renews the figures while somebody looks, unless a control among them has the focus. */
export const operationsScript = `
const figures = document.getElementById("figures");
let shown = "";
const renew = async () => {
  if (document.visibilityState === "visible" && !figures.contains(document.activeElement)) {
    const answer = await fetch("/figures?lang=" + document.documentElement.lang, { signal: AbortSignal.timeout(10000) }).catch(() => null);
    if (answer && (answer.status === 401 || answer.redirected)) return location.reload();
    if (answer && answer.ok) {
      const markup = await answer.text();
      if (markup !== shown && !figures.contains(document.activeElement)) figures.innerHTML = markup;
      shown = markup;
    }
  }
  again();
};
const again = () => setTimeout(renew, 5000);
again();
`;
