import { bestOf, isDefault, isPlain, isTuned, limitOf, rateOf } from './figures.ts';
import { isCompared, type Report, type Result } from './report.ts';

const SERIES = [
  { name: 'docmill', color: '#0b6e4f', fits: (side: string) => side === 'docmill' },
  { name: 'llama-server, best slots, no schema', color: '#c77d2b', fits: isTuned },
  { name: 'llama-server, default flags, no schema', color: '#e3b778', fits: isDefault },
  { name: 'node-llama-cpp, 8 sessions', color: '#7a8ca3', fits: isPlain },
] as const;

const BAR = 11;
const GROUP = SERIES.length * BAR + 14;
const LEFT = 130;
const WIDTH = 820;
const TOP = 64;

/** Bars for every workload: what each side reaches of the limit, which is the line at 100 %. */
export function toChart({ results }: Report): string {
  const groups = results.filter((result) => result.limits.length > 0 && isCompared(result));
  const height = TOP + groups.length * GROUP + 30;
  const body = [...legend(), ...axis(height), ...groups.flatMap(drawGroup)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...body,
    '</svg>\n',
  ].join('\n');
}

const toX = (share: number): number => LEFT + share * (WIDTH - LEFT - 90);

function legend(): string[] {
  const title = '<text x="12" y="18" font-size="13">Documents per second as a share of the machine’s limit</text>';
  return [
    title,
    ...SERIES.map(({ name, color }, index) => {
      const x = 12 + index * 200;
      return `<rect x="${x}" y="28" width="10" height="10" fill="${color}"/><text x="${x + 14}" y="37">${name}</text>`;
    }),
  ];
}

function axis(height: number): string[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const x = toX(share);
    const color = share === 1 ? '#a00' : '#ddd';
    return `<line x1="${x}" y1="${TOP - 8}" x2="${x}" y2="${height - 20}" stroke="${color}"/><text x="${x}" y="${height - 6}" text-anchor="middle">${share * 100} %</text>`;
  });
}

function drawGroup(result: Result, index: number): string[] {
  const y = TOP + index * GROUP;
  const label = `<text x="${LEFT - 8}" y="${y + GROUP / 2 - 4}" text-anchor="end">${result.model}, ${result.workload}</text>`;
  const bars = SERIES.flatMap(({ color, fits }, row) => {
    const side = bestOf(result, fits);
    if (side === undefined) return [];
    const rate = rateOf(result, side);
    const share = rate / limitOf(result);
    const top = y + row * BAR;
    const shown = rate >= 100 ? rate.toFixed(0) : rate.toPrecision(3);
    return [
      `<rect x="${LEFT}" y="${top}" width="${(toX(share) - LEFT).toFixed(1)}" height="${BAR - 2}" fill="${color}"/>`,
      `<text x="${(toX(share) + 4).toFixed(1)}" y="${top + BAR - 3}">${shown}/s</text>`,
    ];
  });
  return [label, ...bars];
}
