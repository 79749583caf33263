import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, it } from 'vitest';
import { Environment } from './environment.ts';
import { loadConfig } from './load-config.ts';
import { SECRETS } from './read-secrets.ts';

const text = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8');
const shown = [...text.matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(
  ([, name = '', value = '']) => [name, value] as const,
);

it('documents every variable once, and nothing else', () => {
  const known = new Set([...Object.keys(new Environment()), ...SECRETS]);
  expect(shown.map(([name]) => name).sort()).toEqual([...known].sort());
});

it('shows the defaults', () => {
  const defaults = Object.entries(new Environment()).map(([name, value]) => [
    name,
    String((value as string | number | undefined) ?? ''),
  ]);
  expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(defaults));
});

it('begins with the key, the one variable that is required', () => {
  expect(shown[0]).toEqual(['POE_API_KEY', '']);
  expect(parseEnv(text)).toEqual({ POE_API_KEY: '' });
});

it.each(SECRETS)('mentions that %s may come from a file', (name) => {
  expect(text).toContain(`${name}_FILE`);
});

it('changes nothing when its lines are used as they are', () => {
  const uncommented = text.replaceAll(/^# ?(?=[A-Z][A-Z0-9_]*=)/gm, '');
  const key = { POE_API_KEY: 'a-key' };
  expect(loadConfig({ ...parseEnv(uncommented), ...key })).toEqual(loadConfig(key));
});
