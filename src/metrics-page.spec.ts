import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Metrics } from './observability/metrics.ts';

const page = readFileSync(new URL('../docs/metrics.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => /^\| `[a-z0-9_]+` +\| (?:counter|gauge|histogram) /.test(line))
  .map((line) => {
    const [, name = '', type = '', labels = '', help = ''] = line
      .replaceAll('`', '')
      .split(/ *\| */);
    return { name, type, labels: labels.split(', ').filter(Boolean), help };
  });

/** prom-client keeps the names of labels where its types do not show them. */
interface Known {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
}

const registered = (new Metrics().registry.getMetricsAsArray() as unknown as Known[]).map(
  (metric) => ({
    name: metric.name,
    type: metric.constructor.name.toLowerCase(),
    labels: metric.labelNames,
    help: metric.help,
  }),
);

describe('docs/metrics.md', () => {
  it('lists all metrics with their types, labels and meanings, and no others', () => {
    expect(rows.length).toBeGreaterThan(30);
    const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
    expect(rows.toSorted(byName)).toEqual(registered.toSorted(byName));
  });

  it('says of each label which values it has', () => {
    const explained = page.slice(page.indexOf('## Labels'));
    const own = registered.filter(({ name }) => /^(?:gen_ai|poe_proxy)_/.test(name));
    for (const label of new Set(own.flatMap(({ labels }) => labels))) {
      expect(explained).toMatch(new RegExp(`^\\| [^|]*\`${label}\`[^|]* \\|`, 'm'));
    }
  });

  it('asks for metrics that exist', () => {
    const asked = page.slice(page.indexOf('## Questions')).match(/\b(?:gen_ai|poe_proxy)_\w+/g);
    const labels = new Set(registered.flatMap((metric) => metric.labels));
    for (const name of asked ?? []) {
      if (labels.has(name)) continue;
      expect(registered.map((metric) => metric.name)).toContain(name.replace(/_bucket$/, ''));
    }
    expect(asked?.length).toBeGreaterThan(3);
  });
});
