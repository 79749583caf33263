import { describe, expect, it } from 'vitest';
import { parseList, parseOrigins, parseStaticKeys, parseTrustedProxies } from './parse-lists.ts';

it.each([
  [undefined, []],
  ['', []],
  [' , ,', []],
  ['a', ['a']],
  [' a ,b,, c d ', ['a', 'b', 'c d']],
])('the list %j has the items %j', (text, items) => {
  expect(parseList(text)).toEqual(items);
});

describe('trusted proxies', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['0', false],
    ['2', 2],
    ['10.0.0.1', ['10.0.0.1']],
    ['10.0.0.0/8, fd00::/8,::1', ['10.0.0.0/8', 'fd00::/8', '::1']],
    ['0.0.0.0/0,::/128', ['0.0.0.0/0', '::/128']],
  ])('%j are %j', (text, expected) => {
    const problems: string[] = [];
    expect(parseTrustedProxies(text, problems)).toEqual(expected);
    expect(problems).toEqual([]);
  });

  it.each(['localhost', '10.0.0.0/33', '::/129', '10.0.0/8', '10.0.0.0/8/8', '10.0.0.0/', '1,2'])(
    'are not %s',
    (text) => {
      const problems: string[] = [];
      parseTrustedProxies(text, problems);
      expect(problems).toHaveLength(1);
    },
  );

  it('name every item that is wrong, and only those', () => {
    const problems: string[] = [];
    parseTrustedProxies('10.0.0.0/8, proxy, 10.0.0.0/99', problems);
    expect(problems).toEqual([
      'TRUSTED_PROXIES: "proxy", "10.0.0.0/99" is neither an address, a CIDR such as 10.0.0.0/8, nor a number of hops such as 1',
    ]);
  });
});

describe('origins', () => {
  it.each(['*', 'https://chat.example.com', 'http://localhost:3000, https://a.example.com'])(
    'may be %s',
    (text) => {
      const problems: string[] = [];
      expect(parseOrigins(text, problems)).toEqual(parseList(text));
      expect(problems).toEqual([]);
    },
  );

  it.each([
    'chat.example.com',
    'https://chat.example.com/',
    'https://chat.example.com/app',
    'https://chat.example.com:443',
    'https://*.example.com',
    'https://Chat.example.com',
  ])('may not be %s, which is what no browser sends', (text) => {
    const problems: string[] = [];
    parseOrigins(text, problems);
    expect(problems).toHaveLength(1);
  });
});

describe('static keys', () => {
  const secret = '0123456789abcdef';

  it('are pairs of a name and a secret, which may have colons', () => {
    const problems: string[] = [];
    expect(parseStaticKeys(` ci : ${secret}:x , chat-ui_2.0:${secret}`, problems)).toEqual([
      { name: 'ci', secret: `${secret}:x` },
      { name: 'chat-ui_2.0', secret },
    ]);
    expect(problems).toEqual([]);
  });

  it.each([
    [secret, 'item 1 must be name:secret'],
    [`:${secret}`, 'item 1 must be name:secret'],
    [`two words:${secret}`, 'item 1 must be name:secret'],
    [`${'n'.repeat(65)}:${secret}`, 'item 1 must be name:secret'],
    ['ci:short', 'the secret of item 1 must have at least 16 characters'],
    ['ci:', 'the secret of item 1 must have at least 16 characters'],
    [`a:${secret},ci:${secret} ${secret}`, 'item 2 must be of plain characters without blanks'],
    [`a:${secret},\nci:${secret}é`, 'item 2 must be of plain characters without blanks'],
    [`a:${secret},a:${secret}2`, 'item 2 repeats a name or a secret given before'],
    [`a:${secret},b:${secret}`, 'item 2 repeats a name or a secret given before'],
  ])('are not %j', (text, problem) => {
    const problems: string[] = [];
    parseStaticKeys(text, problems);
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });

  it('are all looked at', () => {
    const problems: string[] = [];
    parseStaticKeys(`x, y:z, ok:${secret}`, problems);
    expect(problems).toHaveLength(2);
  });
});
