import { html } from 'hono/html';
import { formatCount, formatRate } from '../../format.ts';
import type { Html } from './layout.ts';
import type { RateHistory } from './rate-history.ts';

const [WIDTH, HEIGHT] = [720, 120];

/** Documents per second over the life of a run, as bars; a screen reader hears the span and the most. */
export function rateChart({ widthMs, points }: RateHistory): Html {
  const most = Math.max(0, ...points.map(({ documents }) => documents));
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || most === 0) return html`<p>No part has come yet.</p>`;
  const step = WIDTH / points.length;
  const [from, to] = [timeOf(first.startMs), timeOf(last.startMs + widthMs)];
  const highest = formatRate(most / (widthMs / 1000));
  const bars = points.map(({ documents }, index) => {
    const height = (HEIGHT * documents) / most;
    return html`<rect
      x="${(index * step).toFixed(1)}"
      y="${(HEIGHT - height).toFixed(1)}"
      width="${Math.max(0.5, step * 0.9).toFixed(1)}"
      height="${height.toFixed(1)}"
    />`;
  });
  return html`<figure>
    <svg
      class="chart"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      role="img"
      aria-label="Documents per second from ${from} to ${to}, at most ${highest}"
    >
      ${bars}
    </svg>
    <figcaption class="quiet">
      ${from} to ${to} (UTC), ${formatCount(widthMs / 1000)} s a bar, at most ${highest}
    </figcaption>
  </figure>`;
}

function timeOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
}
