import type { FastifyRequest } from 'fastify';
import { describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { AdminGate } from './admin-gate.ts';

const ANN = 'a'.repeat(32);
const BOB = 'b'.repeat(40);

function gateOf(failures = 100) {
  const { admin } = loadConfig({ POE_API_KEY: 'k', ADMIN_TOKEN: `ann:${ANN}, bob:${BOB}` });
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const gate = new AdminGate({ ...admin, failures }, log);
  const ask = (authorization?: string, ip = '192.0.2.1') => {
    const facts = { id: 'req_1' };
    const request = { headers: { authorization }, ip, facts, socket: { remoteAddress: ip } };
    const refusal = gate.refuse(request as unknown as FastifyRequest);
    return { status: refusal?.status, ...(request as Partial<FastifyRequest>), facts };
  };
  return { ask, log };
}

describe('AdminGate', () => {
  it('knows who has which token', () => {
    const { ask } = gateOf();
    expect(ask(`Bearer ${ANN}`)).toMatchObject({ status: undefined, actor: 'ann' });
    expect(ask(`bearer ${BOB}`)).toMatchObject({ actor: 'bob', facts: { caller: 'admin:bob' } });
  });

  it.each([
    undefined,
    '',
    'Bearer',
    `Bearer ${ANN}a`,
    `Bearer ${ANN.slice(1)}`,
    `Basic ${ANN}`,
    ANN,
  ])('refuses %s', (authorization) => {
    expect(gateOf().ask(authorization)).toMatchObject({ status: 401, actor: undefined });
  });

  it('shuts out an address after too many failures, not others, and not for ever', () => {
    vi.useFakeTimers();
    const { ask, log } = gateOf(2);
    expect([ask(), ask(), ask()].map(({ status }) => status)).toEqual([401, 401, 429]);
    expect(ask(`Bearer ${ANN}`).status).toBe(429);
    expect(ask(`Bearer ${ANN}`, '192.0.2.2').status).toBeUndefined();
    vi.advanceTimersByTime(60_000);
    expect(ask(`Bearer ${ANN}`).status).toBeUndefined();
    expect(log.warn).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });
});
