import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes } from '../process/resources.ts';
import { requestBody } from '../request-body.ts';
import { watch, type Window } from './cpu-window.ts';
import { Failing, type Bench, type Group, type Values } from './group.ts';

/** So many streams at so many frames a second each, and what is looked at. */
interface Level {
  readonly streams: number;
  readonly framesPerSecond: number;
  readonly memory: boolean;
  readonly cpu: boolean;
}

/**
 * Memory first: it is told from what a fresh process grows by. 2,000 streams at 50 frames would be
 * 100,000 frames a second, more than a core can do: one that lags finds several frames in a read,
 * and the figure would be of something else.
 */
const LEVELS: readonly Level[] = [
  { streams: 1000, framesPerSecond: 10, memory: true, cpu: false },
  { streams: 2000, framesPerSecond: 10, memory: true, cpu: true },
  { streams: 100, framesPerSecond: 50, memory: false, cpu: true },
  { streams: 500, framesPerSecond: 50, memory: false, cpu: true },
];
const SHORT_LEVELS: readonly Level[] = [
  { streams: 500, framesPerSecond: 50, memory: true, cpu: true },
];
/** Code is loaded and compiled by these. */
const FIRST_STREAMS = 20;
const BYTES_PER_KB = 1024;
const END_MS = 10_000;
const LOOK_MS = 50;

/** CPU time per frame in steady state, memory per open stream, and whether all arrive whole. */
export const STREAMS: Group = {
  name: 'streams',
  needsProcess: true,
  async measure(bench) {
    const { upstream, isShort, scale } = bench;
    await upstream.setPace(50);
    await open(bench, FIRST_STREAMS);
    await sleep(500);
    await end(bench, FIRST_STREAMS);
    const freshBytes = resident(bench);
    const values: Values[] = [];
    for (const level of isShort ? SHORT_LEVELS : LEVELS) {
      await upstream.setPace(level.framesPerSecond);
      await open(bench, level.streams);
      await sleep(isShort ? 1000 : 2000 * scale);
      const window = await watch(bench, isShort ? 1500 : 5000 * scale);
      values.push(figuresOf(level, window, resident(bench) - freshBytes));
      await end(bench, level.streams);
    }
    return Object.assign({}, ...values) as Values;
  },
};

function figuresOf(level: Level, window: Window, grownBytes: number): Values {
  const { streams, framesPerSecond } = level;
  const expected = (window.elapsedMs / 1000) * streams * framesPerSecond;
  return {
    ...(level.cpu &&
      window.cpuUs !== undefined && {
        [`frame-us-${streams}`]: window.cpuUs / window.frames,
        [`foreign-cores-${streams}`]: window.foreignCores,
        [`frame-cores-${streams}`]: window.cores ?? 0,
        [`frames-arrived-${streams}`]: window.frames / expected,
      }),
    ...(level.memory && { [`stream-kb-${streams}`]: grownBytes / streams / BYTES_PER_KB }),
  };
}

async function open({ driver, contestant }: Bench, streams: number): Promise<void> {
  const job = { target: contestant.target, body: requestBody(true), options: { to: streams } };
  await driver.run('growStreams', job);
}

/** @throws Failing if not every stream came to its proper end */
async function end({ driver, upstream }: Bench, streams: number): Promise<void> {
  await upstream.endStreams();
  for (let waited = 0; (await driver.look()).open > 0 && waited < END_MS; waited += LOOK_MS) {
    await sleep(LOOK_MS);
  }
  const { completed, failed } = await driver.stop();
  if (completed !== streams) {
    throw new Failing(`of ${streams} streams ${completed} came to their end, ${failed} failed`);
  }
}

function resident({ contestant: { pid } }: Bench): number {
  return pid === undefined ? 0 : residentBytes(pid);
}
