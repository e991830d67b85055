import { machineLines } from './machine-lines.ts';
import { qualityLines } from './quality-lines.ts';
import { ratioLines } from './ratio-lines.ts';
import type { Report } from './report.ts';
import { sideLines } from './side-lines.ts';
import { leverLines, variantLines } from './variant-lines.ts';

/** Everything that was measured as a page for people; `guide` is the way from the page to the one that explains it. */
export function toMarkdown(report: Report, guide: string): string {
  const sections = [
    '# Throughput',
    `Made by \`npm run bench\`; [benchmarking.md](${guide}) says how, and [throughput.json](throughput.json) has all figures.`,
    ...machineLines(report),
    '![Share of the limit](throughput.svg)',
    ...sideLines(report.results),
    ...ratioLines(report.results),
    ...qualityLines(report.results),
    ...leverLines(report.results),
    ...variantLines(report.results),
  ];
  return `${sections.join('\n\n')}\n`;
}
