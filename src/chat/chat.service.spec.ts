import type { FastifyRequest } from 'fastify';
import { lastValueFrom, throwError } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { KeyRing } from '../keys/key-ring.ts';
import { ANONYMOUS } from '../keys/caller.ts';
import type { ModelRegistry } from '../models/model-registry.ts';
import type { ModelsFileService } from '../models/models-file.service.ts';
import { parseModelsFile } from '../models/parse-models-file.ts';
import { RequestFacts } from '../observability/request-facts.ts';
import type { TokenCounter } from '../tokens/token-counter.service.ts';
import { ChatService } from './chat.service.ts';
import type { RouterService } from './routing/router.service.ts';
import { UpstreamError } from './upstream/upstream-error.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('stops the clock of waiting for Poe when Poe failed: what follows is our own time', async () => {
  const registry = parseModelsFile('models: { text: [{ poe_name: GPT }] }') as ModelRegistry;
  const facts = new RequestFacts('req_1');
  const router = {
    run: () => {
      facts.startWaiting();
      vi.advanceTimersByTime(5000);
      return throwError(
        () => new UpstreamError({ kind: 'network', status: 502, message: 'broke' }),
      );
    },
  } as unknown as RouterService;
  const chat = new ChatService(
    { registry } as ModelsFileService,
    { upperBound: () => 1 } as unknown as TokenCounter,
    router,
    { isOpen: true } as KeyRing,
  );
  const admission = { caller: ANONYMOUS, tokensIn: 1, estimate: 1 };
  const { chunks$ } = chat.complete({ model: 'GPT', messages: [{ role: 'user', content: 'a' }] }, {
    facts,
    admission,
    headers: {},
    ip: '127.0.0.1',
  } as FastifyRequest);
  await expect(lastValueFrom(chunks$)).rejects.toMatchObject({ code: 'upstream_unreachable' });
  vi.advanceTimersByTime(20);
  expect(facts.measureOverhead()).toBe(20);
});
