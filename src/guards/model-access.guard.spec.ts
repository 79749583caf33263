import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { expect, it } from 'vitest';
import { ANONYMOUS } from '../keys/caller.ts';
import type { ModelRegistry } from '../models/model-registry.ts';
import type { ModelsFileService } from '../models/models-file.service.ts';
import { parseModelsFile } from '../models/parse-models-file.ts';
import { RequestFacts } from '../observability/request-facts.ts';
import { ModelAccessGuard } from './model-access.guard.ts';

const registry = parseModelsFile(
  'models: { text: [{ poe_name: Dear, aliases: [cheap] }, { poe_name: Cheap }] }',
) as ModelRegistry;
const guard = new ModelAccessGuard({ registry } as ModelsFileService);

function ask(body: unknown, models: readonly string[] = ['cheap*']) {
  const facts = new RequestFacts('req_1');
  const admission = { caller: { ...ANONYMOUS, models }, tokensIn: 0, estimate: 0 };
  const request = { body, facts, admission };
  return { facts, answer: () => guard.canActivate(new ExecutionContextHost([request])) };
}

it.each([
  null,
  undefined,
  'Dear',
  [],
  {},
  { model: null },
  { model: ['Dear'] },
  { model: 'Unknown' },
  { model: 'Cheap' },
  { model: 'vendor/Cheap' },
])('lets pass %j', (body) => {
  expect(ask(body).answer()).toBe(true);
});

it.each(['Dear', 'vendor/Dear', 'cheap'])('refuses %j, which is the model Dear', (model) => {
  const { facts, answer } = ask({ model });
  expect(answer).toThrow(
    expect.objectContaining({
      status: 403,
      type: 'permission_error',
      code: 'model_not_allowed',
      param: 'model',
      message:
        'This key may not use the model "Dear". It is for: cheap*. GET /v1/models lists what it may use.',
    }),
  );
  expect(facts.model).toBe('Dear');
});

it('names the first of many patterns', () => {
  const many = Array.from({ length: 22 }, (_, index) => `Model-${index}`);
  expect(ask({ model: 'Dear' }, many).answer).toThrow('Model-18, Model-19 and 2 more. GET');
});
