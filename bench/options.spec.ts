import { isAbsolute } from 'node:path';
import { expect, it } from 'vitest';
import { parseOptions } from './options.ts';

const choice = {
  groups: ['json', 'streams'],
  contestants: ['bare', 'poe-proxy'],
  onRequest: ['teams'],
};
const parse = (...words: string[]) => {
  const options = parseOptions(words, choice);
  if (options === 'help') throw new Error('help');
  return options;
};

it('measures everything of everybody five times if nothing is said', () => {
  expect(parse()).toEqual({
    isShort: false,
    rounds: 5,
    scale: 1,
    only: choice.groups,
    contestants: choice.contestants,
    also: [],
    upstreamPort: 0,
  });
});

it('takes fewer rounds when it shall be short, unless told', () => {
  expect(parse('--short')).toMatchObject({ isShort: true, rounds: 3 });
  expect(parse('--short', '--rounds', '9').rounds).toBe(9);
});

it('chooses groups and contestants by name', () => {
  expect(parse('--only', 'streams,json', '--contestants', 'bare')).toMatchObject({
    only: ['streams', 'json'],
    contestants: ['bare'],
  });
});

it('has some take part only if they are named', () => {
  expect(parse('--contestants', 'bare,teams').contestants).toEqual(['bare', 'teams']);
});

it.each([
  ['--only', 'jsn', '--only: there is no "jsn", but json, streams'],
  ['--contestants', 'bare,nginx', '--contestants: there is no "nginx", but bare, poe-proxy, teams'],
  ['--rounds', '0', '--rounds: "0" is no whole number from 1'],
  ['--rounds', '2.5', '--rounds: "2.5" is no whole number from 1'],
  ['--scale', '0', '--scale: "0" is no number above 0, and 10 at most'],
  ['--upstream-port', 'any', '--upstream-port: "any" is no whole number from 0'],
  ['--also', 'http://127.0.0.1:1', '--also: "http://127.0.0.1:1" is no name=value'],
  ['--also', 'one=nowhere', '--also: no URL in "one=nowhere"'],
  ['--also', 'one=http://example.com', '--also: http://example.com is not http:// on this machine'],
  ['--also', 'one=http://localhost:1,x', '--also: "x" is no name=value'],
])('refuses %s %s', (option, value, message) => {
  expect(() => parse(option, value)).toThrow(message);
});

it('refuses what it does not know', () => {
  expect(() => parse('--fast')).toThrow('--fast');
});

it('takes further gateways with their headers, as often as wanted', () => {
  const also = ['one=http://localhost:4000', 'two=http://127.0.0.1:5000/chat,x-key=a=b,x-two=2'];
  const [one, two] = parse('--also', also[0] ?? '', '--also', also[1] ?? '').also;
  expect(one).toMatchObject({ name: 'one', launch: undefined });
  expect(one?.target(0, '')).toEqual({ port: 4000, path: '/v1/chat/completions', headers: {} });
  expect(two?.target(0, '')).toEqual({
    port: 5000,
    path: '/chat',
    headers: { 'x-key': 'a=b', 'x-two': '2' },
  });
});

it('knows where profiles go from wherever contestants run', () => {
  expect(isAbsolute(parse('--profile', 'profiles').profile ?? '')).toBe(true);
});

it('tells when help is wanted', () => {
  expect(parseOptions(['--help'], choice)).toBe('help');
});
