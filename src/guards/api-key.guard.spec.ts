import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../keys/key-ring.ts';
import { RequestFacts } from '../observability/request-facts.ts';
import { ApiKeyGuard } from './api-key.guard.ts';

const secret = '0123456789abcdef';
const guard = new ApiKeyGuard(new KeyRing({ mode: 'keys', keys: [{ name: 'ci', secret }] }));

function ask(authorization?: string) {
  const request = { headers: { authorization }, facts: new RequestFacts('req_1') };
  const answer = () => guard.canActivate(new ExecutionContextHost([request]));
  return { request: request as unknown as FastifyRequest, answer };
}

describe('ApiKeyGuard', () => {
  it('makes of the bearer a caller, for the log and for those who come after', () => {
    const { request, answer } = ask(`Bearer ${secret}`);
    expect(answer()).toBe(true);
    expect(request.facts.caller).toBe('ci');
    expect(request.admission).toMatchObject({ caller: { name: 'ci' }, tokensIn: 0, estimate: 0 });
  });

  it.each([undefined, 'Bearer wrong'])('refuses %j', (authorization) => {
    const { request, answer } = ask(authorization);
    expect(answer).toThrow(expect.objectContaining({ status: 401, code: 'invalid_api_key' }));
    expect(request.admission).toBeUndefined();
  });
});
