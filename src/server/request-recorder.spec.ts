import type { FastifyReply, FastifyRequest } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Log } from '../observability/log.ts';
import { Metrics } from '../observability/metrics.ts';
import { RequestFacts } from '../observability/request-facts.ts';
import { RequestRecorder } from './request-recorder.ts';

let metrics: Metrics;
let lines: Record<string, unknown>[];
let recorder: RequestRecorder;
let log: Log;

beforeEach(() => {
  vi.useFakeTimers();
  metrics = new Metrics();
  lines = [];
  log = pino(
    { base: null, timestamp: false },
    { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  recorder = new RequestRecorder(metrics, log, { share: 1, dearAbove: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

function end(facts: RequestFacts, url: string | undefined, status?: number): void {
  recorder.ended(
    { facts, method: 'POST', routeOptions: { url } } as FastifyRequest,
    { raw: { headersSent: status !== undefined, statusCode: status ?? 200 } } as FastifyReply,
  );
}
const counted = async () => (await metrics.requests.get()).values;
const inFlight = async () => (await metrics.inFlight.get()).values[0]?.value;

describe('RequestRecorder', () => {
  it('writes one line with everything that is known of a request', () => {
    const facts = new RequestFacts('req_1');
    Object.assign(facts, {
      caller: 'ci',
      model: 'GPT-4.1',
      stream: true,
      attempts: 2,
      clippedMessages: 3,
      promptTokens: 1200,
      completionTokens: 34,
      points: 57,
      pointsSource: 'history',
      outcome: 'completed',
      firstContentAt: performance.now() + 250.4,
      overheadMs: 1.26,
    } satisfies Partial<RequestFacts>);
    facts.repairs.push('lower-case');
    vi.advanceTimersByTime(1500);
    end(facts, '/v1/chat/completions', 200);
    expect(lines).toEqual([
      {
        level: 30,
        request_id: 'req_1',
        caller: 'ci',
        method: 'POST',
        route: '/v1/chat/completions',
        status: 200,
        outcome: 'completed',
        model: 'GPT-4.1',
        stream: true,
        attempts: 2,
        repairs: ['lower-case'],
        clipped_messages: 3,
        prompt_tokens: 1200,
        completion_tokens: 34,
        points: 57,
        points_source: 'history',
        duration_ms: 1500,
        first_content_ms: 250,
        overhead_ms: 1.3,
        msg: 'request',
      },
    ]);
  });

  it('leaves out what there was none of', () => {
    const facts = new RequestFacts('req_1');
    facts.errorCode = null;
    end(facts, '/v1/models', 200);
    expect(lines).toEqual([
      {
        level: 30,
        request_id: 'req_1',
        method: 'POST',
        route: '/v1/models',
        status: 200,
        duration_ms: 0,
        msg: 'request',
      },
    ]);
  });

  it('names the error', () => {
    const facts = new RequestFacts('req_1');
    facts.errorCode = 'model_not_found';
    end(facts, '/v1/chat/completions', 404);
    expect(lines).toMatchObject([{ status: 404, error: 'model_not_found' }]);
  });

  it('says 499 of a client that left before the answer began', async () => {
    end(new RequestFacts('req_1'), '/v1/chat/completions');
    expect(lines).toMatchObject([{ status: 499 }]);
    expect(await counted()).toMatchObject([{ labels: { status: '499' } }]);
  });

  it('counts by route, model and status, and strangers’ paths as one', async () => {
    const facts = new RequestFacts('req_1');
    facts.model = 'GPT-4.1';
    end(facts, '/v1/chat/completions', 200);
    end(facts, '/v1/chat/completions', 200);
    end(new RequestFacts('req_2'), undefined, 404);
    expect(await counted()).toEqual([
      {
        value: 2,
        labels: { route: '/v1/chat/completions', model: 'GPT-4.1', team: 'none', status: '200' },
      },
      { value: 1, labels: { route: 'other', model: 'other', team: 'none', status: '404' } },
    ]);
  });

  it('names the trace of its caller, and the row in the ledger', () => {
    const facts = new RequestFacts('req_1');
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    recorder.began({ facts, routeOptions: {}, headers } as unknown as FastifyRequest);
    facts.ledgerId = 'a-row';
    end(facts, '/v1/chat/completions', 200);
    expect(lines).toMatchObject([{ trace_id: traceId, ledger_id: 'a-row' }]);
  });

  it('knows how many are in flight', async () => {
    const request = { facts: new RequestFacts('req_1'), routeOptions: {}, headers: {} };
    recorder.began(request as FastifyRequest);
    recorder.began(request as FastifyRequest);
    expect(await inFlight()).toBe(2);
    end(new RequestFacts('req_1'), '/v1/models', 200);
    expect(await inFlight()).toBe(1);
  });

  describe('of which only some successes have a line', () => {
    const sampled = (draw: number) => {
      recorder = new RequestRecorder(
        metrics,
        log,
        { share: 0.25, dearAbove: 100 },
        undefined,
        () => draw,
      );
    };
    const smooth = { attempts: 1, points: 100, outcome: 'completed' } as const;
    const endWith = (facts: Partial<RequestFacts>, status?: number) => {
      end(Object.assign(new RequestFacts('req_1'), facts), '/v1/chat/completions', status);
    };

    it.each([
      [0.249, 1],
      [0.25, 0],
      [0.999, 0],
    ])('draws lots: %f', async (draw, count) => {
      sampled(draw);
      endWith(smooth, 200);
      expect(lines).toHaveLength(count);
      expect(await counted()).toMatchObject([{ value: 1 }]);
    });

    it.each<[string, Partial<RequestFacts>, number?]>([
      ['was refused', {}, 404],
      ['failed', {}, 502],
      ['failed in the middle', { ...smooth, outcome: 'failed' }, 200],
      ['was abandoned', { ...smooth, outcome: 'abandoned' }, 200],
      ['had no answer', {}],
      ['was paused', { outcome: 'paused' }, 200],
      ['was repeated', { ...smooth, attempts: 2 }, 200],
      ['was repaired', { ...smooth, repairs: ['temperature dropped'] }, 200],
      ['was dear', { ...smooth, points: 101 }, 200],
    ])('always writes the line of one that %s', (_what, facts, status) => {
      sampled(0.999);
      endWith(facts, status);
      expect(lines).toHaveLength(1);
    });
  });
});
