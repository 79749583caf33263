import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

import { afterEach, describe, expect, it } from 'vitest';

import { rawExchange } from './raw-exchange.ts';

let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
});

/** As anybody would start it: no build, no flags. */
function start(environment: Record<string, string>) {
  const main = new URL('../main.ts', import.meta.url).pathname;
  const started = spawn(process.execPath, [main], {
    env: { ...environment, PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  return started;
}

describe('node sandbox/main.ts', () => {
  it('prints its URL, serves, and ends on SIGTERM', async () => {
    const main = start({ SANDBOX_PORT: '0', SANDBOX_BALANCE: '42' });
    const [line] = (await once(main.stdout, 'data')) as [Buffer];
    const url = line.toString().trim();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);

    const headers = { authorization: 'Bearer sandbox-key' };
    const response = await rawExchange({ url: `${url}/usage/current_balance`, headers });
    expect(response.body).toBe('{"current_point_balance":42}');

    main.kill('SIGTERM');
    expect(await once(main, 'exit')).toEqual([0, null]);
  }, 20_000);

  it('says which variable is wrong', async () => {
    const main = start({ SANDBOX_PORT: 'http' });
    const [text] = (await once(main.stderr, 'data')) as [Buffer];
    expect(text.toString()).toContain('SANDBOX_PORT=http');
    expect(await once(main, 'exit')).toEqual([1, null]);
  }, 20_000);
});
