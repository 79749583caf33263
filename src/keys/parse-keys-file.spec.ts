import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { parseKeysFile } from './parse-keys-file.ts';

const ID = 'abcdefghijkl';
const DIGEST = 'ab'.repeat(32);
const CANARY = `sk-poe-${ID}-${'canary'.padEnd(43, '_')}`;
const config = loadConfig({
  POE_API_KEYS: 'a@acme:key-a,b@labs:key-b',
  PROXY_API_KEYS: 'ci:0123456789abcdef',
});
const open = loadConfig({ POE_API_KEY: 'a-key' });

const parse = (text: string) => parseKeysFile(text, config);
const key = (members = '', id = ID) =>
  `keys: [{ id: ${id}, name: ui, digest: sha256:${DIGEST}${members && `, ${members}`} }]`;

describe('a keys file', () => {
  it('says all there is to say', () => {
    const text = `
teams:
  - name: data
    poe_account: acme
  - name: web
keys:
  - id: ${ID}
    name: chat-ui
    team: data
    digest: sha256:${DIGEST}
    previous: { digest: sha256:${DIGEST}, until: 2027-01-31T18:00:00+01:00 }
    models: [GPT-*, Claude Haiku]
    expires: 2027-01-31
    enabled: false
    footer: off
    heartbeat: chunk
    requests_per_minute: 60
    tokens_per_minute: 100000
    max_streams: 4
budgets:
  - { team: data, period: month, points: 1000000 }
  - { key: ${ID}, period: week, points: 0 }
  - { key: env:ci, period: day, points: 5 }
  - { model: GPT-4.1, period: day, points: 7 }
  - { team: default, period: day, points: 9 }
`;
    expect(parse(text)).toEqual({
      teams: [
        { id: 'data', name: 'data', poeAccount: 'acme' },
        { id: 'web', name: 'web', poeAccount: undefined },
      ],
      keys: [
        {
          id: ID,
          name: 'chat-ui',
          teamId: 'data',
          digest: DIGEST,
          previous: { digest: DIGEST, until: Date.UTC(2027, 0, 31, 17) },
          models: ['GPT-*', 'Claude Haiku'],
          limits: { requestsPerMinute: 60, tokensPerMinute: 100_000, maxStreams: 4 },
          footer: 'off',
          heartbeat: 'chunk',
          expiresAt: Date.UTC(2027, 0, 31),
          enabled: false,
        },
      ],
      budgets: [
        budget('team', 'data', 'month', 1_000_000),
        budget('key', ID, 'week', 0),
        budget('key', 'env:ci', 'day', 5),
        budget('model', 'GPT-4.1', 'day', 7),
        budget('team', 'default', 'day', 9),
      ],
    });
  });

  it('leaves to a key what it does not say', () => {
    expect(parse(key())).toMatchObject({
      teams: [],
      keys: [{ teamId: 'default', models: ['*'], limits: {}, enabled: true, footer: undefined }],
      budgets: [],
    });
  });

  it.each(['{}', 'keys: []', 'teams:\nkeys:\nbudgets:\n'])('may be as empty as %j', (text) => {
    expect(parse(text)).toEqual({ teams: [], keys: [], budgets: [] });
  });

  it('may have budgets without keys in an open gateway', () => {
    const budgets = 'budgets: [{ team: default, period: day, points: 9 }]';
    expect(parseKeysFile(budgets, open)).toMatchObject({ budgets: [{ points: 9 }] });
    expect(parseKeysFile(key(), open)).toEqual([
      'line 1: AUTH=open lets in whoever comes: remove the keys, or set AUTH=keys',
    ]);
  });
});

function budget(scope: string, subject: string, period: string, points: number) {
  return { id: `file:${scope}:${subject}:${period}`, scope, subject, period, points };
}

describe('problems', () => {
  it.each([
    ['', 'the file must be a map with the members "teams", "keys", and "budgets"'],
    ['- a', 'the file must be a map with the members "teams", "keys", and "budgets"'],
    ['a: 1', 'line 1: unknown member "a": only teams, keys, budgets'],
    [
      `? a: ${'x'.repeat(50)}\n  b: ${'y'.repeat(50)}\n`,
      `line 1: unknown member "{ a: ${'x'.repeat(50)}, b: ${'y'.repeat(50)} }": only`,
    ],
    ['keys: a', 'line 1: keys must be a list of entries'],
    ['teams: [1]', 'line 1: must be a map of name, poe_account'],
    ['teams: [{}]', 'line 1: name is missing'],
    ['teams: [{ name: a b }]', 'line 1: name must be a name of letters'],
    ['teams: [{ name: a }, { name: a }]', 'line 1: the team "a" is named above already'],
    [
      'teams:\n - name: a\n   poe_account: x',
      'line 3: poe_account is no account of this gateway: one of acme, labs',
    ],
    ['teams: [{ name: a, poe_account: 1 }]', 'line 1: poe_account must be the name'],
    [`keys: [{ name: a, digest: sha256:${DIGEST} }]`, 'line 1: id is missing'],
    [`keys: [{ id: ${ID}, digest: sha256:${DIGEST} }]`, 'line 1: name is missing'],
    [`keys: [{ id: ${ID}, name: a }]`, 'line 1: digest is missing'],
    [key('', 'ABCDEFGHIJKL'), 'line 1: id must be the 12 characters'],
    [`keys: [{ id: ${ID}, name: a, digest: ${DIGEST} }]`, 'line 1: digest must be "sha256:"'],
    [key('team: nobody'), 'line 1: "nobody" is no team of this file'],
    [key('models: []'), 'line 1: models must be a list'],
    [key('models: "*"'), 'line 1: models must be a list'],
    [key(`models: [${'a, '.repeat(257)}]`), 'line 1: models must be a list of at most 256'],
    [key('expires: tomorrow'), 'line 1: expires must be a date such as'],
    [key('expires: 2027-13-01'), 'line 1: expires must be a date such as'],
    [key('expires: 2027-01-31T18:00'), 'line 1: expires must be a date such as'],
    [key('expires: 9999-12-31T23:59:59-01:00'), 'line 1: expires must be a date such as'],
    [key('expires: 0000-01-01T00:00:00+01:00'), 'line 1: expires must be a date such as'],
    [key('enabled: maybe'), 'line 1: enabled must be true or false'],
    [key('footer: true'), 'line 1: footer must be one of on, off'],
    [key('heartbeat: on'), 'line 1: heartbeat must be one of comment, chunk, off'],
    [key('max_streams: 0'), 'line 1: max_streams must be a whole number of at least 1'],
    [key('requests_per_minute: 1.5'), 'line 1: requests_per_minute must be a whole number'],
    [
      key('previous: {}'),
      'line 1: previous.digest is missing',
      'line 1: previous.until is missing',
    ],
    [key('rpm: 5'), 'line 1: unknown member "rpm": one of id, digest, previous, name, team'],
    [
      `${key()}\nbudgets: [{ key: zzzzzzzzzzzz, period: day, points: 1 }]`,
      'line 2: "zzzzzzzzzzzz" is neither',
    ],
    [
      'budgets: [{ team: nobody, period: day, points: 1 }]',
      'line 1: "nobody" is no team of this file',
    ],
    ['budgets: [{ period: day, points: 1 }]', 'line 1: a budget is for one of team, key, model'],
    [
      'budgets: [{ team: default, model: a, period: day, points: 1 }]',
      'line 1: a budget is for one of',
    ],
    [
      'budgets: [{ model: a, points: -1 }]',
      'line 1: period is missing',
      'line 1: points must be a whole',
    ],
    [
      'budgets: [{ model: a, period: year, points: 1 }]',
      'line 1: period must be one of day, week, month',
    ],
    [
      'budgets: [{ model: a, period: day, points: 1 }, { model: a, period: day, points: 2 }]',
      'line 1: there is a budget for the same',
    ],
    ['keys: [*unknown]', 'Unresolved alias'],
    ['keys: [', 'Flow sequence in block collection must be'],
  ])('of %j are said', (text, ...expected) => {
    expect(parse(text)).toEqual(expected.map((part) => expect.stringContaining(part) as string));
  });

  it('are said all at once, each with its line', () => {
    const text = `teams:
  - name: data
    poe_account: nowhere
keys:
  - id: ${ID}
    name: ui
    digest: sha256:${DIGEST}
    footer: maybe
  - id: ${ID}
    name: ui2
    digest: sha256:${DIGEST}
budgets:
  - { team: data, period: day, points: many }
`;
    expect(parse(text)).toEqual([
      expect.stringMatching(/^line 3: poe_account/),
      expect.stringMatching(/^line 8: footer/),
      expect.stringMatching(/^line 9: the key "abcdefghijkl" is named above already/),
      expect.stringMatching(/^line 13: points/),
    ]);
  });

  it.each([
    key(`digest: ${CANARY}`).replace(`digest: sha256:${DIGEST}, `, ''),
    key('', CANARY),
    key(`team: ${CANARY}`),
    key(`${CANARY}: 1`),
    key(`models: [{ a: ${CANARY} }]`),
    key(`expires: ${CANARY}`),
    `${CANARY}: 1`,
    `keys: [{ name: ${CANARY}, id: ${ID} }]`,
    key().replace('name: ui', `name: ${CANARY}`),
    key(`models: [${CANARY}]`),
    `budgets: [{ model: ${CANARY}, period: day, points: 1 }]`,
    `teams: [{ name: a, poe_account: ${CANARY} }]`,
    `budgets: [{ key: ${CANARY}, period: day, points: 1 }]`,
    `keys: [*${CANARY}]`,
    `keys: [ ${CANARY}`,
  ])('never quote a secret: %j', (text) => {
    const problems = parse(text);
    expect(problems).toEqual(expect.arrayContaining([expect.any(String)]));
    expect(JSON.stringify(problems)).not.toContain('canary');
  });
});
