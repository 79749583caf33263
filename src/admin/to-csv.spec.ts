import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCsv } from './to-csv.ts';

const cells = (csv: string) => csv.split('\r\n').slice(1, -1);

describe('toCsv', () => {
  it('has a line of names, and one for each row', () => {
    const rows = [{ a: 'x', b: 1, other: 'left out' }, { a: null, b: true }, { b: -1 }];
    expect(toCsv(['a', 'b'], rows)).toBe('a,b\r\nx,1\r\n,true\r\n,-1\r\n');
    expect(toCsv(['a'], [])).toBe('a\r\n');
  });

  it.each([
    ['a,b', '"a,b"'],
    ['a"b', '"a""b"'],
    ['a\nb', '"a\nb"'],
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@sum', "'@sum"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['=a"', '"\'=a"""'],
    ['a=b', 'a=b'],
  ])('writes %j as %j', (text, cell) => {
    expect(cells(toCsv(['a'], [{ a: text }]))).toEqual([cell]);
  });

  it('never lets a cell begin with what is calculated', () => {
    fc.assert(
      fc.property(fc.string(), (a) => {
        const [, ...rest] = toCsv(['a'], [{ a }]).split('a\r\n');
        expect(rest.join('a\r\n').replace(/^"/, '')).not.toMatch(/^[=+\-@\t]/);
      }),
    );
  });
});
