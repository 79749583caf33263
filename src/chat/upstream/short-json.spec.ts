import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortJson } from './short-json.ts';

describe('shortJson', () => {
  it('is the JSON of what is short, and nothing of what is not', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        expect(shortJson(value)).toBe(text.length <= 256 ? text : undefined);
      }),
      { numRuns: 500 },
    );
    expect(shortJson(undefined)).toBeUndefined();
    expect(shortJson('x'.repeat(254))).toHaveLength(256);
    expect(shortJson('x'.repeat(255))).toBeUndefined();
  });

  it('looks at no more than it needs', () => {
    let looks = 0;
    const counted = (length: number) =>
      new Proxy(Array<number>(length).fill(1), {
        get: (target, name, receiver) => {
          looks += 1;
          return Reflect.get(target, name, receiver) as unknown;
        },
      });
    expect(shortJson(counted(100_000))).toBeUndefined();
    expect(looks).toBeLessThan(300);
  });

  it('takes any depth', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    expect(shortJson(deep)).toBeUndefined();
  });
});
