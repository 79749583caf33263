import { describe, expect, it } from 'vitest';
import { Environment } from '../../src/config/environment.ts';
import { SECRETS } from '../../src/config/read-secrets.ts';
import { VALUES, isInstalled, readChart, render } from './helm.ts';
import { podOf } from './manifest.ts';

const known = [
  ...Object.keys(new Environment()),
  ...SECRETS.flatMap((name) => [name, `${name}_FILE`]),
];

describe.skipIf(!isInstalled('helm4'))('variables', () => {
  it.each(VALUES)('that the chart sets are known to the gateway: values "%s"', (values) => {
    const names = podOf(render('helm4', values)).container.env?.map(({ name }) => name) ?? [];
    expect(names.length).toBeGreaterThan(8);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('that are secrets are known to the chart, which refuses to show them', () => {
    const helpers = readChart('templates/_helpers.tpl');
    const [, names = ''] = /trimSuffix "_FILE" \$name\) \(list ([^)]*)\)/.exec(helpers) ?? [];
    expect(names.match(/[A-Z_]+/g)).toEqual(expect.arrayContaining([...SECRETS]));
  });
});
