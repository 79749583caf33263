import type { Measured, Results } from './results.ts';
import { showNumber } from './show-number.ts';

/** For a terminal: a block for each figure, a line for each contestant. */
export function textTable({ figures, problems, notices }: Results): string {
  const blocks = figures.map(({ title, unit, better, reference, isDifference, byContestant }) => {
    const head = isDifference ? '' : `, × is ${reference}`;
    const lines = Object.entries(byContestant).map(([name, one]) => `  ${line(name, one)}`);
    return [`${title} (${unit}, ${better} is better${head})`, ...lines].join('\n');
  });
  const faults = problems.map((problem) => `PROBLEM: ${problem}`);
  const doubts = notices.map((notice) => `NOTICE: ${notice}`);
  return [...blocks, ...doubts, ...faults].join('\n\n');
}

function line(name: string, { median, min, max, ratio }: Measured): string {
  const spread = `(${showNumber(min)} to ${showNumber(max)})`;
  const columns = [name.padEnd(20), showNumber(median).padStart(10), spread.padStart(24)];
  if (ratio) {
    const ratios = [ratio.median, ratio.min, ratio.max].map((value) => value.toFixed(2));
    columns.push(`  × ${ratios[0] ?? ''} (${ratios[1] ?? ''} to ${ratios[2] ?? ''})`);
  }
  return columns.join('');
}
