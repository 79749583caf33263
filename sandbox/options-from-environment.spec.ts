import { describe, expect, it } from 'vitest';

import { optionsFromEnvironment } from './options-from-environment.ts';

describe('optionsFromEnvironment', () => {
  it('has a default for everything', () => {
    expect(optionsFromEnvironment({})).toMatchObject({
      host: '127.0.0.1',
      port: 8787,
      keys: [{ name: 'Default API Key', key: 'sandbox-key' }],
      balance: 1_000_000,
      ledgerLagMs: [0, 0],
      billAborted: true,
    });
  });

  it('reads every variable', () => {
    expect(
      optionsFromEnvironment({
        SANDBOX_HOST: '0.0.0.0',
        SANDBOX_PORT: '0',
        SANDBOX_KEYS: 'a:1, b:2:3, c @ labs : 4@5:6',
        SANDBOX_BALANCE: '-5',
        SANDBOX_LEDGER_LAG_MS: '0-800',
        SANDBOX_CHUNK_DELAY_MS: '1',
        SANDBOX_MEDIA_DELAY_MS: '2',
        SANDBOX_REQUESTS_PER_MINUTE: '3',
        SANDBOX_CLOCK_SKEW_MS: '-4',
        SANDBOX_BILL_ABORTED: 'false',
        SANDBOX_IGNORE_FEATURE_FLAGS: 'true',
        SANDBOX_JOURNAL_LIMIT: '6',
        SANDBOX_SEED: '7',
      }),
    ).toEqual({
      host: '0.0.0.0',
      port: 0,
      keys: [
        { name: 'a', key: '1' },
        { name: 'b', key: '2:3' },
        { name: 'c', account: 'labs', key: '4@5:6' },
      ],
      balance: -5,
      ledgerLagMs: [0, 800],
      chunkDelayMs: 1,
      mediaDelayMs: 2,
      requestsPerMinute: 3,
      clockSkewMs: -4,
      billAborted: false,
      ignoreFeatureFlags: true,
      journalLimit: 6,
      seed: 7,
    });
  });

  it('takes one number for a lag that is always the same', () => {
    expect(optionsFromEnvironment({ SANDBOX_LEDGER_LAG_MS: '200' }).ledgerLagMs).toEqual([
      200, 200,
    ]);
  });

  it.each([
    ['SANDBOX_PORT', 'http', /SANDBOX_PORT=http/],
    ['SANDBOX_KEYS', 'secret', /SANDBOX_KEYS/],
    ['SANDBOX_KEYS', 'a@:1', /name@account:key/],
    ['SANDBOX_KEYS', '@labs:1', /name@account:key/],
    ['SANDBOX_KEYS', 'a@b@c:1', /name@account:key/],
    ['SANDBOX_LEDGER_LAG_MS', '800-0', /SANDBOX_LEDGER_LAG_MS=800-0/],
    ['SANDBOX_BILL_ABORTED', 'no', /true or false/],
  ])('refuses %s=%s', (name, value, message) => {
    expect(() => optionsFromEnvironment({ [name]: value })).toThrow(message);
  });
});
