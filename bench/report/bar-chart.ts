import type { Results } from './results.ts';
import { showNumber } from './show-number.ts';

const WIDTH = 760;
const LABEL_WIDTH = 170;
const VALUE_WIDTH = 150;
const ROW = 30;
const BAR = 18;
const TOP = 62;

type Charted = Results['figures'][number];

/** A bar for each median, a line for its spread; readable on light and dark pages. */
export function barChart({ title, unit, better, byContestant }: Charted): string {
  const rows = Object.entries(byContestant);
  const height = TOP + rows.length * ROW + 8;
  const most = Math.max(...rows.map(([, { max }]) => max), Number.MIN_VALUE);
  const plot = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
  const x = (value: number) => LABEL_WIDTH + (Math.max(0, value) / most) * plot;
  const bars = rows.map(([name, { median, min, max, ratio }], index) => {
    const y = TOP + index * ROW;
    const middle = y + BAR / 2;
    const label = ratio
      ? `${showNumber(median)} (×${ratio.median.toFixed(2)})`
      : showNumber(median);
    return `<text x="${LABEL_WIDTH - 8}" y="${middle}" class="name">${escape(name)}</text>
<rect x="${LABEL_WIDTH}" y="${y}" width="${round(x(median) - LABEL_WIDTH)}" height="${BAR}" rx="2" class="${name.startsWith('poe-proxy') ? 'own' : 'bar'}"/>
<path d="M${round(x(min))} ${middle}H${round(x(max))}" class="spread"/>
<text x="${round(x(max) + 8)}" y="${middle}">${label}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(title)}">
<style>
text{font:13px system-ui,sans-serif;fill:#1f2328;dominant-baseline:central}
.title{font-weight:600;font-size:15px}.name{text-anchor:end}.note{fill:#59636e}
.bar{fill:#8c959f}.own{fill:#0969da}.spread{stroke:#1f2328;stroke-width:1.5}
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.note{fill:#9198a1}.bar{fill:#656c76}.own{fill:#4493f8}.spread{stroke:#f0f6fc}}
</style>
<text x="8" y="18" class="title">${escape(title)}</text>
<text x="8" y="40" class="note">${escape(unit)}, ${better} is better; median, line from least to most of all rounds</text>
${bars.join('\n')}
</svg>
`;
}

function round(value: number): string {
  return value.toFixed(1);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
