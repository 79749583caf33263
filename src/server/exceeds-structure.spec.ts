import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { DEEPEST, exceedsStructure, MOST_VALUES } from './exceeds-structure.ts';

const check = (text: string) => exceedsStructure(Buffer.from(text));
const TOO_MANY = `the body has more than ${MOST_VALUES} values`;
const TOO_DEEP = `the body is nested deeper than ${DEEPEST} levels`;

describe('exceedsStructure', () => {
  it.each([
    ['empty objects', '{},'],
    ['empty lists', '[],'],
    ['numbers', '1,'],
    ['texts', '"a",'],
    ['members', '"a":0,'],
  ])('refuses too many %s', (_what, each) => {
    const values = Math.ceil((MOST_VALUES + 1) / each.replaceAll(/[^,[{]/g, '').length);
    expect(check(`[${each.repeat(values)}`)).toBe(TOO_MANY);
    expect(check(`[${each.repeat(values / 2)}`)).toBeUndefined();
  });

  it('takes as many values as it says, and no more', () => {
    expect(check(`[${'1,'.repeat(MOST_VALUES - 1)}1]`)).toBeUndefined();
    expect(check(`[${'1,'.repeat(MOST_VALUES)}1]`)).toBe(TOO_MANY);
  });

  it.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('refuses %s in each other beyond a depth', (_what, open, close) => {
    const nested = (depth: number) => check(`${open.repeat(depth)}1${close.repeat(depth)}`);
    expect(nested(DEEPEST)).toBeUndefined();
    expect(nested(DEEPEST + 1)).toBe(TOO_DEEP);
  });

  it('does not add up what stands side by side', () => {
    expect(check(`[${'[[1]],'.repeat(DEEPEST)}1]`)).toBeUndefined();
  });

  it.each([
    ['brackets', '[{,'],
    ['escaped quotes', '\\"[,'],
    ['escaped backslashes', '\\\\'],
    ['escapes as far apart as a search begins', `${'x'.repeat(61)}\\\\\\"[`],
  ])('does not count what stands in a text: %s', (_what, text) => {
    expect(check(`["${text.repeat(MOST_VALUES)}"]`)).toBeUndefined();
  });

  it('finds the end of any text', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom('"', '\\', 'x', 'é', '['), maxLength: 300 }),
      fc.nat(200).map((length) => `${'x'.repeat(length)}\\"`),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
        const deep = '['.repeat(DEEPEST + 1);
        expect(check(JSON.stringify(texts))).toBeUndefined();
        // Whatever the texts hold, what follows them is seen.
        expect(check(`${JSON.stringify(texts)}${deep}`)).toBe(TOO_DEEP);
      }),
    );
  });

  it.each(['', '"', '"\\', '"\\"', '{"a', ']]]]', 'nonsense', '\u0000'])(
    'leaves what is no JSON to the parser: %j',
    (text) => {
      expect(check(text)).toBeUndefined();
    },
  );

  it('leaps over a picture', () => {
    const body = Buffer.from(`{"url":"data:image/png;base64,${'QUJD'.repeat(300_000)}"}`);
    const search = vi.spyOn(body, 'indexOf');
    expect(exceedsStructure(body)).toBeUndefined();
    expect(search.mock.calls.length).toBeLessThan(3);
  });

  it('searches seldom, however dense the quotes', () => {
    for (const each of ['\\"', '\\\\', 'x\\"', `${'x'.repeat(70)}\\"`]) {
      const body = Buffer.from(`"${each.repeat(10_000)}"`);
      const search = vi.spyOn(body, 'indexOf');
      expect(exceedsStructure(body)).toBeUndefined();
      expect(search.mock.calls.length).toBeLessThanOrEqual(body.length / 64 + 1);
    }
    // Millions of texts that follow each other are no JSON: it stops at the third.
    const body = Buffer.from(`["a"${'"b"'.repeat(10_000)}`);
    const looks = vi.spyOn(body, 'indexOf');
    expect(exceedsStructure(body)).toBeUndefined();
    expect(looks.mock.calls.length).toBeLessThan(5);
  });
});
