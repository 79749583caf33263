import { describe, expect, it } from 'vitest';
import { clockOffset } from './clock-offset.ts';

const AT = Date.parse('2026-04-13T23:33:09.200Z');
const stat = (end: string) => `,fff6456f5b3d,10.0.0.1,443,203.0.113.9,,5,1,${end},0.906,,`;

describe('clockOffset', () => {
  it.each([
    ['ahead', '1776123190.700', 1500],
    ['behind', '1776123188.2', -1000],
    ['equal', '1776123189.200', 0],
  ])('is by x-q-stat when Poe’s clock is %s', (_, end, offset) => {
    const headers = { 'x-q-stat': stat(end), date: 'Mon, 13 Apr 2026 23:00:00 GMT' };
    expect(clockOffset(headers, AT)).toBeCloseTo(offset, 3);
  });

  it.each([
    ['far ahead', 'Mon, 13 Apr 2026 23:34:09 GMT', 60_300],
    ['far behind', 'Mon, 13 Apr 2026 23:32:09 GMT', -59_700],
    ['equal as far as can be seen', 'Mon, 13 Apr 2026 23:33:09 GMT', 0],
    ['a second ahead, perhaps', 'Mon, 13 Apr 2026 23:33:09 GMT', 0],
  ])('is else by Date when Poe’s clock is %s', (_, date, offset) => {
    expect(clockOffset({ date }, AT)).toBe(offset);
  });

  it.each([
    ['has no time', ',abc,10.0.0.1,443,,,,'],
    ['has a duration only', ',abc,0.906,'],
    ['has whole seconds', ',abc,1776123190,'],
  ])('is by Date when x-q-stat %s', (_, text) => {
    const headers = { 'x-q-stat': text, date: 'Mon, 13 Apr 2026 23:34:09 GMT' };
    expect(clockOffset(headers, AT)).toBe(60_300);
  });

  it.each([
    ['nothing', {}],
    ['a date that is none', { date: 'yesterday' }],
    ['lists', { date: ['a', 'b'], 'x-q-stat': ['c', 'd'] }],
  ])('is 0 when the headers have %s', (_, headers) => {
    expect(clockOffset(headers, AT)).toBe(0);
  });
});
