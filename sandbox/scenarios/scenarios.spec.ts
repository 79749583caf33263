import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { BAD_REQUEST_SCENARIOS } from './bad-request-scenarios.ts';
import { FAILURE_SCENARIOS } from './failure-scenarios.ts';
import { LEDGER_SCENARIOS } from './ledger-scenarios.ts';
import { REFUSAL_SCENARIOS } from './refusal-scenarios.ts';
import { PARAMETER_NAMES } from './scenario-parameters.ts';
import { SCENARIOS } from './scenarios.ts';
import { STREAM_SCENARIOS } from './stream-scenarios.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the README', () => {
  it('lists every scenario, word for word and in order', () => {
    const section = README.slice(README.indexOf('## Scenarios'), README.indexOf('Error bodies'));
    const rows = section.split('\n').filter((line) => line.startsWith('| `'));
    const expected = [...SCENARIOS.values()].map(
      ({ name, description }) => `| \`${name}\` | ${description} |`,
    );
    expect(rows).toEqual(expected);
  });

  it('says which scenarios have which error shape', () => {
    const shapes = Map.groupBy([...SCENARIOS.values()], ({ stub }) =>
      stub !== undefined && 'shape' in stub.body ? stub.body.shape : undefined,
    );
    shapes.delete(undefined);
    expect(shapes.size).toBe(6);
    for (const [shape, scenarios] of shapes) {
      const names = scenarios.map(({ name }) => `\`${name}\``).join(', ');
      expect(README).toMatch(new RegExp(`\\| ${String(shape)} \\|.*\\| ${names} \\|`));
    }
  });

  it('explains every parameter', () => {
    const section = README.slice(README.indexOf('| Parameter'), README.indexOf('## Scenarios'));
    const named = section
      .split('\n')
      .flatMap((line) => /^\|([^|]*)\|/.exec(line)?.[1]?.match(/`(\w+)`/g) ?? []);
    const names = named.map((name) => name.replaceAll('`', ''));
    expect(names.toSorted()).toEqual([...PARAMETER_NAMES].toSorted());
  });
});

describe('scenarios', () => {
  it('have kebab-case names of their own', () => {
    for (const name of SCENARIOS.keys()) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    const lists = [
      STREAM_SCENARIOS,
      BAD_REQUEST_SCENARIOS,
      REFUSAL_SCENARIOS,
      FAILURE_SCENARIOS,
      LEDGER_SCENARIOS,
    ];
    expect(SCENARIOS.size).toBe(lists.flat().length);
  });
});
