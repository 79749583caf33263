import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CONTESTANTS } from '../contestants/contestants.ts';
import { startContestant, type Running } from '../process/start-contestant.ts';
import type { Driver } from '../process/start-driver.ts';
import { requestBody } from '../request-body.ts';
import { withEquipment } from '../with-equipment.ts';

/**
 * What JSON requests leave behind in the gateway's heap. Exits with 1 when it grew by 2 % or more.
 * --requests 20000 --rest 5 is a first look; nothing in it depends on how fast the machine is.
 */
const MOST_PERCENT = 2;
const WARM_REQUESTS = 20_000;
const CONNECTIONS = 32;
const LOOK_MS = 100;
const REPORT_MS = 10_000;
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    // The gateway looks for rows of the ledger a minute long, and counts by the minute.
    rest: { type: 'string', default: '75' },
  },
});
const [requests, restMs] = [Number(values.requests), Number(values.rest) * 1000];
const reporter = new URL('heap-reporter.ts', import.meta.url).href;
const gateway = CONTESTANTS.find(({ name }) => name === 'poe-proxy');
if (!gateway) throw new Error('no poe-proxy');

await withEquipment(
  (line) => {
    console.error(line);
  },
  async ({ upstream, driver, pinning }) => {
    const options = ['--expose-gc', `--import=${reporter}`];
    const running = await startContestant(gateway, upstream, pinning, options);
    try {
      await load(driver, running, WARM_REQUESTS);
      const before = await heapBytes(running);
      await load(driver, running, requests);
      const after = await heapBytes(running);
      const percent = (after / before - 1) * 100;
      console.log(
        `heap after GC: ${megabytes(before)} MB, ${requests} requests later ${megabytes(after)} MB: ${percent.toFixed(2)} %`,
      );
      process.exitCode = percent < MOST_PERCENT ? 0 : 1;
    } finally {
      await running.stop();
    }
  },
);

async function load(driver: Driver, { target }: Running, count: number): Promise<void> {
  const options = { connections: CONNECTIONS };
  await driver.run('load', { target, body: requestBody(false), options });
  while ((await driver.look()).completed < count) await sleep(LOOK_MS);
  const { failed } = await driver.stop();
  if (failed > 0) throw new Error(`${failed} requests failed`);
}

async function heapBytes(running: Running): Promise<number> {
  await sleep(restMs);
  const reports = () => running.output().match(/^heap-bytes: \d+$/gm) ?? [];
  const known = reports().length;
  running.signal('SIGUSR2');
  for (let waited = 0; reports().length === known; waited += LOOK_MS) {
    if (waited > REPORT_MS) throw new Error('no report of its heap');
    await sleep(LOOK_MS);
  }
  return Number(/\d+/.exec(reports().at(-1) ?? '')?.[0]);
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(2);
}
