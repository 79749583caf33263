import { setTimeout as sleep } from 'node:timers/promises';
import { requestBody } from '../request-body.ts';
import { Failing, type Bench, type Group } from './group.ts';

const REQUESTS = 100_000;
const WARM_REQUESTS = 20_000;
const CONNECTIONS = 32;
const LOOK_MS = 100;
/** The gateway looks for rows of the ledger a minute long, and counts by the minute. */
const REST_MS = 75_000;
const REPORT_MS = 10_000;

/** What 100,000 requests leave behind. */
export const HEAP: Group = {
  name: 'heap',
  needsProcess: true,
  only: ['bare', 'poe-proxy'],
  isLong: true,
  nodeOptions: ['--expose-gc', `--import=${new URL('../heap-reporter.ts', import.meta.url).href}`],
  async measure(bench) {
    await load(bench, WARM_REQUESTS);
    const before = await heapBytes(bench);
    await load(bench, REQUESTS);
    const after = await heapBytes(bench);
    return {
      'heap-growth-percent': (after / before - 1) * 100,
      'heap-before-mb': before / 1024 / 1024,
    };
  },
};

async function load({ driver, contestant }: Bench, requests: number): Promise<void> {
  const options = { connections: CONNECTIONS };
  await driver.run('load', { target: contestant.target, body: requestBody(false), options });
  while ((await driver.look()).completed < requests) await sleep(LOOK_MS);
  const { failed } = await driver.stop();
  if (failed > 0) throw new Failing(`${failed} requests failed`);
}

async function heapBytes({ contestant, isShort }: Bench): Promise<number> {
  await sleep(isShort ? 1000 : REST_MS);
  const reports = () => contestant.output().match(/^heap-bytes: \d+$/gm) ?? [];
  const known = reports().length;
  contestant.signal('SIGUSR2');
  for (let waited = 0; reports().length === known; waited += LOOK_MS) {
    if (waited > REPORT_MS) throw new Failing('no report of its heap');
    await sleep(LOOK_MS);
  }
  return Number(/\d+/.exec(reports().at(-1) ?? '')?.[0]);
}
