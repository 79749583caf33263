import { describe, expect, it } from 'vitest';
import type { PoeKey } from '../config/config.ts';
import { callOf, rowOf } from './fake-ledger.fixture.ts';
import { LedgerNames } from './ledger-names.ts';

const key = (name: string): PoeKey => ({ name, account: 'acme', secret: `pk-${name}` });
const [a, b] = [key('a'), key('b')];
const row = (keyName: string | undefined) => rowOf(callOf(), { keyName });

describe('LedgerNames', () => {
  it('believes a configured name once the ledger has shown it, to the letter', () => {
    const names = new LedgerNames([a, b]);
    expect(names.of(a)).toBeUndefined();
    names.see([row('A'), row('a '), row(undefined)]);
    expect(names.of(a)).toBeUndefined();
    names.see([row('somebody'), row('a')]);
    expect([names.of(a), names.of(b)]).toEqual(['a', undefined]);
  });

  it('knows nothing from names that are no hints', () => {
    const names = new LedgerNames([]);
    names.see([row('a')]);
    expect(names.of(a)).toBeUndefined();
  });

  it('learns a name once', () => {
    const names = new LedgerNames([a, b]);
    names.learn(a, undefined);
    expect(names.of(a)).toBeUndefined();
    names.learn(a, 'Alpha');
    names.learn(a, 'Beta');
    expect(names.of(a)).toBe('Alpha');
  });

  it('never learns the name of another key of ours', () => {
    const names = new LedgerNames([a, b]);
    names.see([row('a')]);
    names.learn(b, 'a');
    expect(names.of(b)).toBeUndefined();
    names.learn(b, 'Beta');
    expect(names.of(b)).toBe('Beta');
  });

  it('takes what the user wrote for truer than what it learned', () => {
    const names = new LedgerNames([a, b]);
    names.learn(a, 'Beta');
    names.see([row('a')]);
    expect(names.of(a)).toBe('a');
    names.learn(b, 'Beta');
    expect(names.of(b)).toBe('Beta');
  });

  it('tells rows of our other keys from those that may be this one’s', () => {
    const names = new LedgerNames([a, b]);
    names.learn(a, 'Alpha');
    expect(names.isOfAnother(b, 'Alpha')).toBe(true);
    expect(names.isOfAnother(a, 'Alpha')).toBe(false);
    expect(names.isOfAnother(b, 'somebody')).toBe(false);
    expect(names.isOfAnother(b, undefined)).toBe(false);
  });
});
