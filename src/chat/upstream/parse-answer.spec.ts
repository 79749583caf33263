import { expect, it } from 'vitest';
import { parseAnswer } from './parse-answer.ts';

const list = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const object = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

it.each(['{"a":{"b":[1]}}', '[]', list(300), object(300)])('parses %s', (text) => {
  expect(JSON.stringify(parseAnswer(text))).toBe(text);
});

it.each(['', 'nonsense', '{"a":', '5', 'null', '"text"'])('finds no object in %j', (text) => {
  expect(parseAnswer(text)).toBeUndefined();
});

it.each([
  ['lists', list(301)],
  ['objects', object(301)],
  ['what would not fit the stack', list(200_000)],
  ['what stands beside something flat', `{"a":[1],"b":${list(300)}}`],
])('refuses %s nested too deep', (_, text) => {
  expect(() => parseAnswer(text)).toThrow(expect.objectContaining({ kind: 'cut', status: 502 }));
});
