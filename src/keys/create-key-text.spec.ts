import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { createKeyText } from './create-key-text.ts';
import { parseKeyText } from './parse-key-text.ts';

it('makes keys of the published form, whose secret is what the digest is of', () => {
  const { id, text, digest } = createKeyText();
  expect(text).toMatch(/^sk-poe-[a-z0-9]{12}-[A-Za-z0-9_-]{43}$/);
  const parts = parseKeyText(text);
  expect(parts?.id).toBe(id);
  expect(`sk-poe-${id}-${parts?.secret}`).toBe(text);
  expect(digest).toBe(createHash('sha256').update(String(parts?.secret)).digest('hex'));
});

it('makes no two alike', () => {
  const made = Array.from({ length: 1000 }, () => createKeyText());
  expect(new Set(made.map(({ id }) => id)).size).toBe(1000);
  expect(new Set(made.map(({ digest }) => digest)).size).toBe(1000);
});

it('makes a new secret for a key that there is', () => {
  const [old, next] = [createKeyText(), createKeyText('abcdefghijkl')];
  expect(next.id).toBe('abcdefghijkl');
  expect(next.text.startsWith('sk-poe-abcdefghijkl-')).toBe(true);
  expect(next.digest).not.toBe(old.digest);
});

const { text: key } = createKeyText();

it.each([
  '',
  'sk-poe-',
  key.slice(0, -1),
  `${key}x`,
  `x${key}`,
  `sk-por${key.slice(6)}`,
  key.replace(/-(?=[\w-]{43}$)/, 'x'),
])('takes %j for no key', (text) => {
  expect(parseKeyText(text)).toBeUndefined();
});
