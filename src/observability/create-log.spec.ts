import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { createLog } from './create-log.ts';

const POE = 'pk-canary-of-poe';
const CLIENT = 'canary-of-client';

function logWith(settings: Record<string, string> = {}) {
  const lines: string[] = [];
  const config = loadConfig({
    POE_API_KEY: POE,
    PROXY_API_KEYS: `ui:${CLIENT},ci:${CLIENT}-and-more,odd:canary"with\\quotes`,
    ...settings,
  });
  return { log: createLog(config, { write: (line) => void lines.push(line) }), lines };
}
const only = (lines: string[]) => JSON.parse(lines[0] ?? '') as Record<string, unknown>;

describe('createLog', () => {
  it('writes JSON lines with the level as a word, the time, the facts and the message', () => {
    const { log, lines } = logWith();
    log.info({ status: 200 }, 'request');
    expect(lines).toHaveLength(1);
    expect(only(lines)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      status: 200,
      msg: 'request',
    });
  });

  it('hides secrets of keys that nobody configured, and leaves their public part', () => {
    const { log, lines } = logWith();
    const key = `sk-poe-abcdefghijkl-${'canary_-'.padEnd(43, 'x')}`;
    log.error({ err: new Error(`bad ${key}`), [key]: key }, key);
    expect(lines[0]).not.toContain('canary');
    expect(lines[0]).toContain('sk-poe-abcdefghijkl-[redacted]');
  });

  it.each([
    ['info', ['info', 'error']],
    ['error', ['error']],
    ['silent', []],
  ])('writes at LOG_LEVEL=%s what is at least that', (level, expected) => {
    const { log, lines } = logWith({ LOG_LEVEL: level });
    log.debug({}, '');
    log.info({}, '');
    log.error({}, '');
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(expected);
  });

  it.each<[string, object, string?]>([
    ['a field', { authorization: `Bearer ${POE}` }],
    ['the name of a field', { [POE]: 1 }],
    ['a nested field', { a: { b: [{ c: CLIENT }] } }],
    ['the message', {}, `refused ${POE} and ${CLIENT}`],
    ['an error', { err: new Error(`bad key ${POE}`) }],
    ['the cause of an error', { err: new Error('outer', { cause: new Error(CLIENT) }) }],
    [
      'members of an error',
      { err: Object.assign(new Error(), { config: { headers: { a: POE } } }) },
    ],
    ['an aggregate', { err: new AggregateError([new Error(POE)]) }],
    ['a stack', { stack: new Error(CLIENT).stack }],
    ['many places', { a: POE, b: POE, c: `${POE}${POE}` }, POE],
    ['a secret with quotes', { key: 'canary"with\\quotes' }],
    ['JSON in a text', { body: JSON.stringify({ key: 'canary"with\\quotes' }) }],
    ['a secret that begins like another', { key: `${CLIENT}-and-more` }],
  ])('lets no secret through in %s', (_, facts, message = 'said') => {
    const { log, lines } = logWith();
    log.error(facts, message);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('[redacted]');
    expect(lines[0]).not.toMatch(/canary|and-more|quotes/);
    expect(only(lines)).toMatchObject({ level: 'error' });
  });

  it('covers children of the log', () => {
    const { log, lines } = logWith();
    log.child({ key: POE }).warn({}, 'said');
    expect(lines[0]).not.toContain(POE);
  });
});
