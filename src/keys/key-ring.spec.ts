import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from './caller.ts';
import { KeyRing } from './key-ring.ts';
import { makeKey, rosterOf } from './make-key.fixture.ts';
import type { KeyRecord } from './roster.ts';

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

describe('keys of the form that the gateway makes', () => {
  const NOW = 1_800_000_000_000;
  const ringWith = (...keys: KeyRecord[]) => {
    const filled = new KeyRing({ mode: 'keys', keys: [{ name: 'old', secret: SECRET }] });
    filled.take('file', rosterOf(...keys));
    return filled;
  };

  it('are callers with all that is known of their key and team', () => {
    const { key, bearer } = makeKey({
      models: ['GPT-*'],
      limits: { ...ANONYMOUS.limits, requestsPerMinute: 5 },
      footer: 'off',
      heartbeat: 'chunk',
      expiresAt: NOW + 1,
    });
    expect(ringWith(makeKey().key, key).identify(bearer, NOW)).toEqual({
      keyId: key.id,
      name: 'ci',
      teamId: 'data',
      teamName: 'data',
      models: ['GPT-*'],
      limits: { requestsPerMinute: 5 },
      footer: 'off',
      heartbeat: 'chunk',
      poeAccount: undefined,
      expiresAt: NOW + 1,
    });
  });

  it('leave those of PROXY_API_KEYS as they are', () => {
    const filled = ringWith(makeKey().key);
    expect(filled.identify(`Bearer ${SECRET}`)).toMatchObject({
      keyId: 'env:old',
      teamId: 'default',
      models: ['*'],
    });
  });

  it('are nobody with another secret, unknown, disabled, or replaced by the next version', () => {
    const [one, other] = [makeKey(), makeKey()];
    const off = makeKey({ enabled: false });
    const filled = ringWith(one.key, off.key);
    expect(filled.identify(one.bearer)).toBeDefined();
    const swapped = `Bearer sk-poe-${one.key.id}-${other.bearer.slice(-43)}`;
    expect(filled.identify(swapped)).toBeUndefined();
    expect(filled.identify(other.bearer)).toBeUndefined();
    expect(filled.identify(off.bearer)).toBeUndefined();
    filled.take('file', rosterOf(other.key));
    expect(filled.identify(one.bearer)).toBeUndefined();
    expect(filled.identify(other.bearer)).toBeDefined();
  });

  it('end at their time', () => {
    const { key, bearer } = makeKey({ expiresAt: NOW });
    const filled = ringWith(key);
    expect(filled.identify(bearer, NOW - 1)).toBeDefined();
    expect(filled.identify(bearer, NOW)).toBeUndefined();
  });

  it('have two secrets while the grace of a rotation lasts', () => {
    const before = makeKey();
    const after = makeKey({
      id: before.key.id,
      previous: { digest: before.key.digest, until: NOW },
    });
    const filled = ringWith(after.key);
    const callers = (now: number) =>
      [before, after].map(({ bearer }) => filled.identify(bearer, now)?.keyId);
    expect(callers(NOW - 1)).toEqual([before.key.id, before.key.id]);
    expect(callers(NOW)).toEqual([undefined, after.key.id]);
  });

  it.each(['', 'no hex at all', 'ab'.repeat(31), 'ab'.repeat(33)])(
    'fit no secret, and break nothing, where the digest is %j',
    (digest) => {
      const { key, bearer } = makeKey({ digest, previous: { digest, until: NOW + 1 } });
      expect(ringWith(key).identify(bearer, NOW)).toBeUndefined();
    },
  );

  it('may be among PROXY_API_KEYS as well, like any text', () => {
    const { bearer } = makeKey();
    const keys = [{ name: 'ui', secret: bearer.slice('Bearer '.length) }];
    expect(new KeyRing({ mode: 'keys', keys }).identify(bearer)).toMatchObject({ name: 'ui' });
  });

  it('are what the file says, where file and database know the same one', () => {
    const { key, bearer } = makeKey();
    const filled = ringWith({ ...key, name: 'of-file' });
    filled.take('database', rosterOf({ ...key, name: 'of-database' }, makeKey().key));
    expect(filled.identify(bearer)).toMatchObject({ name: 'of-file' });
    filled.take('file', rosterOf());
    expect(filled.identify(bearer)).toMatchObject({ name: 'of-database' });
  });

  it('draw from the account of their team, those of PROXY_API_KEYS too', () => {
    const { key, bearer } = makeKey();
    const filled = ringWith();
    const team = (id: string, poeAccount: string) => ({ id, name: id, poeAccount });
    const teams = [team('data', 'acme'), team('default', 'labs')];
    filled.take('file', { teams, keys: [key], budgets: [] });
    expect(filled.identify(bearer)).toMatchObject({ poeAccount: 'acme' });
    expect(filled.identify(`Bearer ${SECRET}`)).toMatchObject({ poeAccount: 'labs' });
  });

  it('open nothing when the last of them is gone', () => {
    const filled = new KeyRing({ mode: 'keys', keys: [] });
    const { key, bearer } = makeKey();
    filled.take('database', rosterOf(key));
    expect(filled.identify(bearer)).toBeDefined();
    filled.take('database', { teams: [], keys: [], budgets: [] });
    for (const header of [bearer, undefined, '', 'Bearer x']) {
      expect(filled.identify(header)).toBeUndefined();
    }
    expect(filled.isOpen).toBe(false);
  });
});
