import { describe, expect, it } from 'vitest';
import { Environment } from './environment.ts';
import { parsePoeKeys } from './parse-poe-keys.ts';

function parse(values: Partial<Environment>) {
  const problems: string[] = [];
  const keys = parsePoeKeys(Object.assign(new Environment(), values), problems);
  return { keys, problems };
}

describe('POE_API_KEYS', () => {
  it('names keys of several accounts', () => {
    const text = 'chat@acme:sk-1 , Default API Key@acme:sk:2,batch@labs:sk@3';
    expect(parse({ POE_API_KEYS: text })).toEqual({
      problems: [],
      keys: [
        { name: 'chat', account: 'acme', secret: 'sk-1' },
        { name: 'Default API Key', account: 'acme', secret: 'sk:2' },
        { name: 'batch', account: 'labs', secret: 'sk@3' },
      ],
    });
  });

  it.each([
    ['canary', 'item 1 must be name@account:key'],
    ['a:canary', 'item 1 must be name@account:key'],
    ['@a:canary', 'item 1 must be name@account:key'],
    ['n@:canary', 'item 1 must be name@account:key'],
    ['n@a:', 'item 1 has no key, or one with blanks'],
    ['n@a:can ary', 'item 1 has no key, or one with blanks'],
    ['n@a:canary,m@a:canary', 'item 2 repeats a name or a key'],
    ['n@a:canary,n@b:other', 'item 2 repeats a name or a key'],
    [',', 'names no key'],
  ])('refuses %s and quotes nothing of it', (text, problem) => {
    const { problems } = parse({ POE_API_KEYS: text });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).not.toContain('canary');
  });

  it.each(['POE_API_KEY', 'POE_TOKEN', 'POE_API_KEY_NAME'])('contradicts %s', (name) => {
    const { problems } = parse({ POE_API_KEYS: 'n@a:key', [name]: 'other' });
    expect(problems).toEqual([`POE_API_KEYS and ${name} are both set: keep one of them`]);
  });
});
