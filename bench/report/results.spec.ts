import { expect, it } from 'vitest';
import { barChart } from './bar-chart.ts';
import { markdownTable } from './markdown-table.ts';
import { toResults } from './results.ts';
import { textTable } from './text-table.ts';

const results = toResults(
  {
    bare: [
      { 'json-rps-32': 1000, 'json-cores-32': 0.99, 'foreign-cores-json': 0.4 },
      { 'json-rps-32': 2000, 'json-cores-32': 0.99, 'foreign-cores-json': 0.05 },
      { 'json-rps-32': 1500, 'json-cores-32': 0.8, 'json-added-p50-ms': 0.2 },
    ],
    'poe-proxy': [
      { 'json-rps-32': 500, 'json-added-p50-ms': 0.4, 'frames-arrived-100': 0.5 },
      { 'json-rps-32': 500, 'json-added-p50-ms': 0.6, 'frames-arrived-100': 1 },
      { 'json-added-p50-ms': 0.5, 'idle-mb': 140 },
    ],
  },
  {
    date: '2026-01-02',
    machine: {
      cpu: 'A & B',
      cores: 2,
      memoryGb: 4,
      system: 'Linux 6',
      node: 'v24.0.0',
      isPinned: true,
      pinning: 'none',
    },
    isShort: false,
    contestants: {},
    problems: ['round 3, json, poe-proxy: it failed'],
  },
);
const [requests, latency] = results.figures;

it('has median, spread and rounds of each figure, and leaves out what nobody has', () => {
  expect(results.figures.map(({ id }) => id)).toEqual([
    'json-rps-32',
    'json-added-p50-ms',
    'idle-mb',
  ]);
  expect(requests?.byContestant.bare).toMatchObject({ median: 1500, min: 1000, max: 2000 });
  expect(requests?.byContestant['poe-proxy']?.rounds).toEqual([500, 500, null]);
});

it('takes ratios round by round and not of the medians', () => {
  expect(requests?.byContestant['poe-proxy']?.ratio).toEqual({
    median: 0.375,
    min: 0.25,
    max: 0.5,
  });
  expect(latency?.byContestant['poe-proxy']).not.toHaveProperty('ratio');
});

it('notices who was kept from its core and whose frames came late', () => {
  expect(results.notices).toEqual([
    'bare had 80 % of its core in a JSON test: something else was busy',
    'others used 40 % of a core beside bare (foreign-cores-json)',
    "of poe-proxy's frames 50 % arrived in time (frames-arrived-100)",
  ]);
});

it('shows all of it to a terminal, what failed last', () => {
  const text = textTable(results);
  expect(text).toMatch(/poe-proxy +500 +\(500 to 500\) +× 0.38 \(0.25 to 0.50\)/);
  expect(text.trimEnd().split('\n').at(-1)).toBe('PROBLEM: round 3, json, poe-proxy: it failed');
});

it('writes a table whose rows have all columns', () => {
  const rows = markdownTable(results).split('\n').slice(0, 5);
  expect(rows.map((row) => row.split('|').length)).toEqual([5, 5, 5, 5, 5]);
  expect(rows[3]).toBe('| Latency added to JSON at half of capacity, p50 (ms) | 0.20 | 0.50 |');
  expect(rows[4]).toBe('| Memory in use when idle (MB) |  | 140 |');
});

it('draws bars in proportion, with names and values', () => {
  if (!requests) throw new Error('no figure');
  const svg = barChart(requests);
  const widths = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) =>
    Number(width),
  );
  expect(widths).toHaveLength(2);
  expect((widths[0] ?? 0) / (widths[1] ?? 0)).toBeCloseTo(3, 1);
  expect(svg).toContain('>poe-proxy</text>');
  expect(svg).toContain('>500 (×0.38)</text>');
});

it('escapes what would be markup', () => {
  if (!requests) throw new Error('no figure');
  const svg = barChart({ ...requests, title: 'A <b> & "c"' });
  expect(svg).toContain('A &lt;b> &amp; &quot;c&quot;');
});

it('draws nothing below zero', () => {
  if (!latency) throw new Error('no figure');
  const less = { median: -5, min: -6, max: -4, rounds: [] };
  expect(barChart({ ...latency, byContestant: { less } })).toContain('width="0.0"');
});
