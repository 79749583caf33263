import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from './caller.ts';
import { KeyRing } from './key-ring.ts';

const SECRET = 'correct-horse-battery';
const ring = new KeyRing({
  mode: 'keys',
  keys: [
    { name: 'chat-ui', secret: SECRET },
    { name: 'ci', secret: `${SECRET}-2` },
  ],
});

describe('with keys', () => {
  it.each([
    [`Bearer ${SECRET}`, 'chat-ui'],
    [`bearer ${SECRET}`, 'chat-ui'],
    [`BEARER   ${SECRET}  `, 'chat-ui'],
    [`Bearer ${SECRET}-2`, 'ci'],
  ])('%j is a caller', (header, name) => {
    expect(ring.identify(header)).toMatchObject({ name });
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    SECRET,
    `Basic ${SECRET}`,
    `Bearer${SECRET}`,
    `Bearer ${SECRET}-3`,
    `Bearer ${SECRET.slice(1)}`,
    `Bearer ${SECRET.toUpperCase()}`,
    `Bearer ${SECRET} ${SECRET}`,
    `Bearer chat-ui:${SECRET}`,
    'Bearer chat-ui',
    `Bearer ${' '.repeat(16_000)}`,
  ])('%j is nobody', (header) => {
    expect(ring.identify(header)).toBeUndefined();
  });

  it('is not open', () => {
    expect(ring.isOpen).toBe(false);
  });

  it('keeps no secret in memory, and its callers cannot be changed', () => {
    expect(inspect(ring, { depth: Infinity, showHidden: true })).not.toContain(SECRET);
    expect(ring.identify(`Bearer ${SECRET}`)).toSatisfy(Object.isFrozen);
  });

  it('lets nobody in when there are none', () => {
    expect(new KeyRing({ mode: 'keys', keys: [] }).identify('Bearer ')).toBeUndefined();
  });
});

describe('open', () => {
  const open = new KeyRing({ mode: 'open', keys: [] });

  it.each([undefined, '', 'Bearer whatever'])('%j is anonymous', (header) => {
    expect(open.identify(header)).toBe(ANONYMOUS);
    expect(open.isOpen).toBe(true);
  });
});
