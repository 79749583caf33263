import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { Metrics } from '../observability/metrics.ts';
import { LoadShedder } from './load-shedder.ts';

const SAMPLE_MS = 100;

let lines: Record<string, unknown>[];
let metrics: Metrics;
let shedder: LoadShedder;
let now: number;

function start(environment: Record<string, string>): void {
  const { server } = loadConfig({ POE_API_KEY: 'a-key', ...environment });
  lines = [];
  metrics = new Metrics();
  const log = pino(
    { base: null, timestamp: false },
    { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  shedder = new LoadShedder(server, metrics, log);
  shedder.onApplicationBootstrap();
}
function enter() {
  const response = new EventEmitter();
  return { response, error: shedder.enter(response as ServerResponse) };
}
/** `turns` of an event loop in which every timer is late. */
function turn(turns: number, lateMs: number): void {
  for (let index = 0; index < turns; index += 1) {
    now += SAMPLE_MS + lateMs;
    vi.advanceTimersByTime(SAMPLE_MS);
  }
}
const shed = async () => (await metrics.shed.get()).values;

beforeEach(() => {
  vi.useFakeTimers();
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  shedder.onApplicationShutdown();
  expect(vi.getTimerCount()).toBe(0);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('LoadShedder', () => {
  it('refuses what is above the limit, until one of the others is over', async () => {
    start({ MAX_INFLIGHT_REQUESTS: '2' });
    const first = enter();
    expect([first.error, enter().error]).toEqual([undefined, undefined]);
    const refused = enter();
    expect(refused.error).toMatchObject({ status: 503, code: 'overloaded' });
    // What was refused never counted.
    refused.response.emit('close');
    expect(enter().error).toMatchObject({ code: 'overloaded' });
    first.response.emit('close');
    expect(enter().error).toBeUndefined();
    expect(await shed()).toEqual([{ value: 2, labels: { reason: 'inflight' } }]);
  });

  it('refuses while the event loop is late, and says when that begins and ends', async () => {
    start({ MAX_EVENT_LOOP_DELAY_MS: '500' });
    turn(1, 5000);
    expect(enter().error).toBeUndefined();
    turn(20, 600);
    expect(enter().error).toMatchObject({ status: 503, code: 'overloaded' });
    turn(20, 0);
    expect(enter().error).toBeUndefined();
    expect(await shed()).toEqual([{ value: 1, labels: { reason: 'event_loop' } }]);
    expect(lines).toMatchObject([
      { level: 40, msg: 'the event loop is late: refusing new requests' },
      { level: 30, msg: 'the event loop is in time again: serving all requests' },
    ]);
    expect(lines[0]?.delay_ms).toBeGreaterThan(500);
  });

  it('refuses nothing where both limits are 0', () => {
    start({ MAX_INFLIGHT_REQUESTS: '0', MAX_EVENT_LOOP_DELAY_MS: '0' });
    turn(50, 60_000);
    const errors = Array.from({ length: 5000 }, () => enter().error);
    expect(errors.filter(Boolean)).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
