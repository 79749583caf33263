import type { Measured, Results } from './results.ts';
import { showNumber } from './show-number.ts';

/** A row for each figure, a column for each contestant: medians, with their ratios. */
export function markdownTable({ figures, machine, date, isShort }: Results): string {
  const names = [...new Set(figures.flatMap(({ byContestant }) => Object.keys(byContestant)))];
  const rows = figures.map(({ title, unit, byContestant }) => [
    `${title} (${unit})`,
    ...names.map((name) => cell(byContestant[name])),
  ]);
  const lines = [['', ...names], ['---', ...names.map(() => '---:')], ...rows];
  const { cpu, cores, memoryGb, system, node, pinning } = machine;
  return [
    ...lines.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `${date}, ${cores} cores of ${cpu}, ${memoryGb} GB, ${system}, Node ${node}; ${pinning}${isShort ? '; a short run' : ''}. Medians, in brackets as a multiple of bare (conversations: of bare-parse).`,
  ].join('\n');
}

function cell(measured: Measured | undefined): string {
  if (!measured) return '';
  const ratio = measured.ratio ? ` (${measured.ratio.median.toFixed(2)})` : '';
  return `${showNumber(measured.median)}${ratio}`;
}
