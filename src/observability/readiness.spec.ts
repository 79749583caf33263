import { pino } from 'pino';
import { expect, it } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { Drain } from './drain.ts';
import { Readiness } from './readiness.ts';

it('is starting until the registry is loaded, then ready, and draining from SIGTERM on', () => {
  const { server } = loadConfig({ POE_API_KEY: 'a-key' });
  const drain = new Drain(server, pino({ enabled: false }));
  const readiness = new Readiness(drain);
  expect(readiness).toMatchObject({ status: 'starting', hasStarted: false });
  readiness.registryLoaded();
  expect(readiness).toMatchObject({ status: 'ready', hasStarted: true });
  drain.onModuleDestroy();
  expect(readiness).toMatchObject({ status: 'draining', hasStarted: true });
});
