import type { Dispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RegisteredModel } from '../../models/registered-model.ts';
import { CallHandler, type Patience } from './call-handler.ts';
import { FlowGate } from './flow-gate.ts';
import type { UpstreamCall } from './upstream-call.ts';

const SSE = { 'content-type': 'text/event-stream' };
const DONE = 'data: [DONE]\n\n';
const USAGE = { usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } };

const frame = (delta: object, finish: string | null = null, rest: object = {}) =>
  `data: ${JSON.stringify({ choices: [{ delta, finish_reason: finish }], ...rest })}\n\n`;

/** A call, and what undici would do with it. */
function start(patience: Patience = { connectMs: 0, headersMs: 0 }) {
  const seen: unknown[] = [];
  const errors: string[] = [];
  const undici = { aborted: 0, paused: false };
  const controller = {
    abort: () => (undici.aborted += 1),
    pause: () => (undici.paused = true),
    resume: () => (undici.paused = false),
  } as unknown as Dispatcher.DispatchController;
  const call: UpstreamCall = {
    key: { name: 'default', account: 'default', secret: 'a-key' },
    model: { name: 'GPT' } as RegisteredModel,
    sentAt: Date.now(),
    clockOffsetMs: 0,
    contentLength: 0,
  };
  const gate = new FlowGate();
  const handler = new CallHandler(call, gate, patience, {
    next: (chunk) => seen.push(chunk.finishReason ?? chunk.delta.content ?? ''),
    skipped: () => seen.push('<skipped>'),
    settle: (error) => {
      seen.push(error?.kind ?? '<end>');
      if (error) errors.push(error.message);
    },
  });
  return {
    seen,
    errors,
    undici,
    call,
    gate,
    handler,
    begin: () => {
      handler.onRequestStart(controller);
    },
    head: (status = 200, headers: Record<string, string> = SSE) => {
      handler.onResponseStart(controller, status, headers);
    },
    data: (text: string) => {
      handler.onResponseData(controller, Buffer.from(text));
    },
    end: () => {
      handler.onResponseEnd();
    },
    fail: (code = 'ECONNRESET') => {
      handler.onResponseError(controller, Object.assign(new Error('socket'), { code }));
    },
  };
}

/** As far as the headers of a stream. */
function streaming() {
  const started = start();
  started.begin();
  started.head();
  return started;
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a call that succeeds', () => {
  it('passes on chunks as they come, and the end at [DONE]', () => {
    const { seen, undici, data, end } = streaming();
    data(frame({ content: 'a' }));
    expect(seen).toEqual(['a']);
    data(`data: nonsense\n\n${frame({}, 'stop')}${DONE}`);
    expect(seen).toEqual(['a', '<skipped>', 'stop', '<end>']);
    end();
    vi.runAllTimers();
    expect(seen).toHaveLength(4);
    expect(undici.aborted).toBe(0);
  });

  it('succeeds with [DONE] and no finish reason', () => {
    const { seen, data } = streaming();
    data(frame({ content: 'a' }) + DONE);
    expect(seen).toEqual(['a', '<end>']);
  });

  it('succeeds with a finish reason and no [DONE]', () => {
    const { seen, data, end } = streaming();
    data(frame({ content: 'a' }, 'stop'));
    expect(seen).toEqual(['stop']);
    end();
    expect(seen).toEqual(['stop', '<end>']);
  });

  it('succeeds when the connection breaks after the finish reason', () => {
    const { seen, data, fail } = streaming();
    data(frame({}, 'stop'));
    fail();
    expect(seen).toEqual(['stop', '<end>']);
  });

  it('waits 5 s for what may follow the finish reason, then hangs up', () => {
    const { seen, undici, data } = streaming();
    data(frame({}, 'stop'));
    data(frame({}, 'stop'));
    vi.advanceTimersByTime(4999);
    expect(seen).toEqual(['stop', 'stop']);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual(['stop', 'stop', '<end>']);
    vi.advanceTimersByTime(1000);
    expect(undici.aborted).toBe(1);
  });

  it.each([
    ['on', frame({}, 'stop', USAGE)],
    ['after', frame({}, 'stop') + frame({}, null, USAGE)],
  ])('waits a quarter of a second for [DONE] when usage came %s the finish reason', (_, frames) => {
    const { seen, data } = streaming();
    data(frame({}, null, USAGE));
    expect(vi.getTimerCount()).toBe(0);
    data(frames);
    vi.advanceTimersByTime(249);
    expect(seen).not.toContain('<end>');
    vi.advanceTimersByTime(1);
    expect(seen.at(-1)).toBe('<end>');
  });

  it('gives the body a second to end after [DONE], then hangs up', () => {
    const { undici, data } = streaming();
    data(frame({}, 'stop'));
    data(DONE);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(999);
    expect(undici.aborted).toBe(0);
    vi.advanceTimersByTime(1);
    expect(undici.aborted).toBe(1);
  });

  it('tells nothing that comes after the end', () => {
    const { seen, data, end, fail } = streaming();
    data(DONE);
    data(frame({ content: 'late' }));
    end();
    fail();
    expect(seen).toEqual(['<end>']);
  });

  it('reads a JSON answer at its end', () => {
    const { seen, begin, head, data, end } = start();
    begin();
    head(200, { 'content-type': 'application/json' });
    data(JSON.stringify({ choices: [{ message: { content: 'a' }, finish_reason: 'stop' }] }));
    expect(seen).toEqual([]);
    end();
    expect(seen).toEqual(['stop', '<end>']);
    // Nothing is due any more.
    expect(vi.getTimerCount()).toBe(0);
  });

  it('believes the headers that came last', () => {
    const { seen, call, begin, head, data, end } = start();
    begin();
    head(103, {});
    head();
    data(frame({}, 'stop'));
    end();
    expect(seen).toEqual(['stop', '<end>']);
    expect(call.status).toBe(200);
  });
});

describe('a call that fails', () => {
  it('fails when a stream ends before it was complete', () => {
    const { seen, errors, undici, data, end } = streaming();
    data(frame({ content: 'a' }));
    end();
    expect(seen).toEqual(['a', 'cut']);
    expect(errors).toEqual(['Poe ended its answer before it was complete.']);
    expect(undici.aborted).toBe(1);
  });

  it('fails once when the connection breaks in the middle', () => {
    const { seen, errors, call, data, fail, end } = streaming();
    data(frame({ content: 'a' }));
    fail();
    fail();
    end();
    expect(seen).toEqual(['a', 'cut']);
    expect(errors).toEqual([
      'The connection to Poe broke in the middle of its answer (ECONNRESET).',
    ]);
    expect(call.failedAtOnce).toBeUndefined();
  });

  it('fails with the error in a frame, and hangs up', () => {
    const { seen, undici, data } = streaming();
    data('data: {"error":{"message":"Overloaded"}}\n\n');
    data(frame({ content: 'late' }));
    expect(seen).toEqual(['frame']);
    expect(undici.aborted).toBe(1);
  });

  it('fails with an error status once its body is there', () => {
    const { seen, begin, head, data, end } = start();
    begin();
    head(503, {});
    data('{"error":{"message":"Down"}}');
    expect(seen).toEqual([]);
    end();
    expect(seen).toEqual(['status']);
  });

  it('fails when an answer is beyond reason', () => {
    const { seen, data } = streaming();
    data(`data: {"choices":[{"delta":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}]}\n\n`);
    expect(seen).toEqual(['cut']);
  });

  it('fails when there is no connection, which most likely cost nothing', () => {
    const { seen, errors, call, begin, fail } = start();
    begin();
    fail('ECONNREFUSED');
    expect(seen).toEqual(['network']);
    expect(errors).toEqual(['The connection to Poe failed (ECONNREFUSED).']);
    expect(call).toMatchObject({ failedAtOnce: true });
    expect(call.status).toBeUndefined();
  });

  it('may have been billed when the connection breaks later', () => {
    const { seen, call, begin, fail } = start();
    begin();
    vi.setSystemTime(call.sentAt + 2000);
    fail('ECONNRESET');
    expect(seen).toEqual(['network']);
    expect(call.failedAtOnce).toBe(false);
  });

  it('fails when there was not even a request, which cost nothing however late it is', () => {
    const { seen, call, fail } = start();
    vi.setSystemTime(call.sentAt + 9000);
    fail('UND_ERR_CONNECT_TIMEOUT');
    expect(seen).toEqual(['network']);
    expect(call.failedAtOnce).toBe(true);
  });
});

describe('a call that waits', () => {
  const patience = { connectMs: 1000, headersMs: 5000 };

  it('fails without a connection, which cost nothing', () => {
    const { seen, errors, call, begin, undici } = start(patience);
    vi.advanceTimersByTime(1000);
    expect(seen).toEqual(['network']);
    expect(errors).toEqual(['No connection to Poe within 1 s.']);
    expect(call.failedAtOnce).toBe(true);
    begin();
    expect(undici.aborted).toBe(1);
  });

  it('fails without headers, and hangs up', () => {
    const { seen, errors, undici, begin } = start(patience);
    vi.advanceTimersByTime(999);
    begin();
    vi.advanceTimersByTime(4999);
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual(['timeout']);
    expect(errors).toEqual(['Poe did not answer within 5 s.']);
    expect(undici.aborted).toBe(1);
  });

  it('waits no more once the headers are there, nor without limits', () => {
    const answering = start(patience);
    answering.begin();
    answering.head();
    const patient = start();
    patient.begin();
    vi.advanceTimersByTime(3600_000);
    expect([answering.seen, patient.seen]).toEqual([[], []]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a call that is aborted', () => {
  it('hangs up and tells nothing more', () => {
    const { seen, undici, handler, data, fail, end } = streaming();
    data(frame({ content: 'a' }));
    handler.abort();
    handler.abort();
    data(frame({ content: 'late' }));
    end();
    fail();
    expect(undici.aborted).toBe(1);
    expect(seen).toEqual(['a']);
  });

  it('hangs up when its turn comes', () => {
    const { seen, undici, handler, begin } = start();
    handler.abort();
    begin();
    expect(undici.aborted).toBe(1);
    expect(seen).toEqual([]);
  });

  it('may have cost something even if nothing had come', () => {
    const { call, handler, begin, fail } = start();
    begin();
    handler.abort();
    fail('UND_ERR_ABORTED');
    expect(call.failedAtOnce).toBeUndefined();
  });

  it('has no timers left', () => {
    const { handler, data } = streaming();
    data(frame({}, 'stop'));
    expect(vi.getTimerCount()).toBe(1);
    handler.abort();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not hung up again when it had ended', () => {
    const { undici, handler, data, end } = streaming();
    data(DONE);
    handler.abort();
    end();
    vi.runAllTimers();
    expect(undici.aborted).toBe(0);
  });
});

describe('what a call leaves behind', () => {
  it('has the times, the status and Poe’s id of it', () => {
    const { call, begin, head } = start();
    begin();
    vi.advanceTimersByTime(250);
    const date = new Date(Date.now() + 60_000).toUTCString();
    head(200, { ...SSE, 'x-request-id': 'req_poe_1', date });
    expect(call).toMatchObject({
      respondedAt: 1_700_000_000_250,
      status: 200,
      requestId: 'req_poe_1',
    });
    expect(call.clockOffsetMs).toBeGreaterThan(59_000);
  });

  it('has the last usage, reasoning told apart', () => {
    const { call, data } = streaming();
    const usage = { prompt_tokens: 1, completion_tokens: 2 };
    data(frame({}, null, { usage }));
    expect(call.usage).toEqual({ promptTokens: 1, completionTokens: 2, reasoningTokens: 0 });
    const details = { completion_tokens_details: { reasoning_tokens: 7 } };
    data(frame({}, 'stop', { usage: { prompt_tokens: 3, completion_tokens: 4, ...details } }));
    expect(call.usage).toEqual({ promptTokens: 3, completionTokens: 4, reasoningTokens: 7 });
  });

  it('has the length of all text that came', () => {
    const { call, data } = streaming();
    data(frame({ content: 'ab', reasoning_content: 'cde' }));
    expect(call.contentLength).toBe(5);
    data(frame({ tool_calls: [{ index: 0, function: { arguments: '{}' } }, { index: 1 }] }));
    expect(call.contentLength).toBe(7);
    data(frame({ content: 'fgh' }) + frame({ content: 'ij' }));
    expect(call.contentLength).toBe(12);
  });
});

describe('the gate', () => {
  it('holds back the call and lets it go on', () => {
    const { undici, gate } = streaming();
    gate.close();
    expect(undici.paused).toBe(true);
    gate.open();
    expect(undici.paused).toBe(false);
  });

  it('holds back a call that begins later', () => {
    const { undici, gate, begin } = start();
    gate.close();
    begin();
    expect(undici.paused).toBe(true);
  });
});
