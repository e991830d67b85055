import { html } from 'hono/html';

export type Html = ReturnType<typeof html>;

/** A part of a page that is replaced when it changes; `id` is its name in the stream of events. */
export type Section = { readonly id: string; readonly title: string; readonly body: Html };

/** A whole page of sections that `script.ts` keeps up to date from `events`. */
export function layout(page: {
  readonly title: string;
  readonly lead: Section;
  readonly sections: readonly Section[];
  readonly events: string;
  readonly queues: boolean;
}): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title} · docmill</title>
        <link rel="stylesheet" href="/assets/dashboard.css" />
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <script src="/assets/dashboard.js" defer></script>
      </head>
      <body data-events="${page.events}">
        <header>
          <nav aria-label="Pages">
            <a href="/">Runs</a>${page.queues ? html` <a href="/queues">Queues</a>` : ''} <a href="/metrics">Metrics</a>
          </nav>
          <p id="connection" class="quiet" role="status"></p>
        </header>
        <main>
          <h1>${page.title}</h1>
          <div id="${page.lead.id}">${page.lead.body}</div>
          ${page.sections.map(
            ({ id, title, body }) =>
              html`<section>
                <h2 id="${id}-title">${title}</h2>
                <div class="scroll" role="region" aria-labelledby="${id}-title" tabindex="0">
                  <div id="${id}">${body}</div>
                </div>
              </section> `,
          )}
        </main>
      </body>
    </html> `;
}

/** A table; a cell that is a number stands to the right. */
export function table(head: readonly Cell[], rows: readonly (readonly Cell[])[]): Html {
  return html`<table>
    <thead>
      <tr>
        ${head.map((cell) => html`<th scope="col" ${isRight(cell)}>${textOf(cell)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((cell) => html`<td${isRight(cell)}>${textOf(cell)}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

export type Cell = string | Html | { readonly right: string };

function isRight(cell: Cell): Html | '' {
  return typeof cell === 'object' && 'right' in cell ? html` class="number"` : '';
}

function textOf(cell: Cell): string | Html {
  return typeof cell === 'object' && 'right' in cell ? cell.right : cell;
}
