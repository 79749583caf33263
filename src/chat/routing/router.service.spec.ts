import { lastValueFrom, throwError } from 'rxjs';
import { expect, it } from 'vitest';
import { loadConfig } from '../../config/load-config.ts';
import { catalogue } from '../../errors/catalogue.ts';
import { ANONYMOUS } from '../../keys/caller.ts';
import type { RequestsLedger } from '../../ledger/requests-ledger.service.ts';
import type { ModelRegistry } from '../../models/model-registry.ts';
import { parseModelsFile } from '../../models/parse-models-file.ts';
import type { RegisteredModel } from '../../models/registered-model.ts';
import { Metrics } from '../../observability/metrics.ts';
import { RequestFacts } from '../../observability/request-facts.ts';
import type { LearnedCostsService } from '../../usage/learned-costs.service.ts';
import { Exchange } from '../exchange.ts';
import type { ChatRequest } from '../request/chat-request.ts';
import { UpstreamError } from '../upstream/upstream-error.ts';
import type { AttemptsService } from './attempts.service.ts';
import { RouterService } from './router.service.ts';

const registry = parseModelsFile(
  'models: { text: [{ poe_name: GPT, fallbacks: [Claude] }, { poe_name: Claude }] }',
) as ModelRegistry;
const down = new UpstreamError({ kind: 'status', status: 503, message: 'Down.' });

/** GPT is down, and what becomes of Claude is `fail`'s. */
async function failureWhen(fail: () => never, caller = ANONYMOUS): Promise<unknown> {
  const { poe, spending } = loadConfig({ POE_API_KEY: 'a-key' });
  const ledger = { open: () => undefined } as unknown as RequestsLedger;
  const attempts = { run: () => throwError(() => down) } as unknown as AttemptsService;
  const costs = {} as LearnedCostsService;
  const router = new RouterService(attempts, costs, new Metrics(), poe, spending, ledger);
  const [gpt] = registry.models as [RegisteredModel];
  const admission = { caller, tokensIn: 1, estimate: 1 };
  const facts = new RequestFacts('req_1');
  const request = {} as ChatRequest;
  const exchange = new Exchange(request, gpt, registry, true, 0, facts, admission, '::1');
  const prepare = (model: RegisteredModel) =>
    model === gpt ? Promise.resolve({}) : Promise.resolve().then(fail);
  return lastValueFrom(router.run(exchange, prepare)).catch((error: unknown) => error);
}

it('tells why the model that was asked for failed, when a fallback has no room', async () => {
  const failure = await failureWhen(() => {
    throw catalogue.contextTooLong('too long');
  });
  expect(failure).toBe(down);
});

it('hides no fault of its own behind a failure of Poe', async () => {
  const fault = new TypeError('a bug');
  const failure = await failureWhen(() => {
    throw fault;
  });
  expect(failure).toBe(fault);
});

it.each([
  [['gpt'], down],
  [['cl*'], expect.objectContaining({ status: 403, code: 'model_not_allowed', param: 'model' })],
])(
  'asks no model that a key for %j is not for, named or in place of another',
  async (models, failure) => {
    const asked = () => {
      throw new Error('a model was asked that the key is not for');
    };
    expect(await failureWhen(asked, { ...ANONYMOUS, models })).toEqual(failure);
  },
);
