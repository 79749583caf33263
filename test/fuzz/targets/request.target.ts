import type { ExecutionContext } from '@nestjs/common';
import fc from 'fast-check';
import { expect } from 'vitest';
import { clipConversation } from '../../../src/chat/clip/clip-conversation.ts';
import { isJsonFormat } from '../../../src/chat/exchange.ts';
import { stripFooters } from '../../../src/chat/footer/strip-footer.ts';
import { wantsStream } from '../../../src/guards/wants-stream.ts';
import { ChatBodyPipe } from '../../../src/chat/request/chat-body.pipe.ts';
import type { ChatRequest } from '../../../src/chat/request/chat-request.ts';
import { buildBody } from '../../../src/chat/upstream/build-body.ts';
import type { SpendingConfig } from '../../../src/config/config.ts';
import { catalogue } from '../../../src/errors/catalogue.ts';
import { MessageCostGuard } from '../../../src/guards/message-cost.guard.ts';
import { ANONYMOUS } from '../../../src/keys/caller.ts';
import { ModelRegistry } from '../../../src/models/model-registry.ts';
import type { ModelsFileService } from '../../../src/models/models-file.service.ts';
import type { RegisteredModel } from '../../../src/models/registered-model.ts';
import type { CountingThread } from '../../../src/tokens/counting-thread.ts';
import { billedMembers } from '../../../src/tokens/read-billed.ts';
import { TokenCounter } from '../../../src/tokens/token-counter.service.ts';
import type { BalanceService } from '../../../src/usage/balance.service.ts';
import { LearnedCostsService } from '../../../src/usage/learned-costs.service.ts';
import { expectApiError } from '../expect/expect-api-error.ts';
import { CANARY, hostileLiteral } from '../hostile-literals.ts';
import { applyJsonEdit, jsonEdit } from '../json-edit.ts';
import type { FuzzTarget } from '../target.ts';
import { VALID_REQUESTS } from '../valid-request.ts';

const MODEL: RegisteredModel = {
  name: 'GPT-4.1',
  modality: 'text',
  aliases: ['gpt-4.1'],
  ownedBy: 'OpenAI',
  price: { perMessage: 1, per1kIn: 10, per1kOut: 40 },
  contextCap: 300,
  parameters: [],
  fallbacks: undefined,
  timeouts: {},
};
const registry = new ModelRegistry(
  [MODEL],
  { textMaxTokens: 300, textStream: true, fallbacks: {} },
  new Date('2026-01-01'),
);
const pipe = new ChatBodyPipe();
/** Counts nothing, which is allowed: bounds stand in. */
const counter = new TokenCounter({
  count: () => Promise.resolve(undefined),
} as unknown as CountingThread);

export const requestTarget: FuzzTarget = {
  name: 'request',
  property: () =>
    fc.asyncProperty(requestText(), fc.integer({ min: 0, max: 30 }), async (text, limit) => {
      const body: unknown = JSON.parse(text);
      await expectGuarded(body, limit);
      expect(typeof wantsStream(body, undefined, registry)).toBe('boolean');
      expect(typeof isJsonFormat(body)).toBe('boolean');
      const request = await expectAnswerOrRefusal(() => pipe.transform(body));
      if (request) await expectSendable(request);
    }),
};

function requestText(): fc.Arbitrary<string> {
  const likely = fc
    .tuple(fc.constantFrom(...VALID_REQUESTS), fc.array(jsonEdit, { maxLength: 4 }))
    .map(([text, edits]) => edits.reduce(applyJsonEdit, text));
  return fc.oneof({ weight: 9, arbitrary: likely }, { weight: 1, arbitrary: hostileLiteral });
}

/** The guard sees bodies that nobody has looked at. */
async function expectGuarded(body: unknown, limit: number): Promise<void> {
  const admission = { caller: ANONYMOUS, tokensIn: 0, estimate: 0, hold: undefined };
  const guard = new MessageCostGuard(
    { registry } as unknown as ModelsFileService,
    counter,
    new LearnedCostsService({ registry } as unknown as ModelsFileService),
    { mayPay: () => true, hold: () => undefined } as unknown as BalanceService,
    { maxPointsPerMessage: limit } as SpendingConfig,
  );
  const request = { body, admission, facts: {} };
  const context = {
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
  await expectAnswerOrRefusal(() => guard.canActivate(context));
  expect(Number.isFinite(admission.tokensIn) && Number.isFinite(admission.estimate)).toBe(true);
}

/** What was accepted goes all the way to the bytes that Poe gets. */
async function expectSendable(request: ChatRequest): Promise<void> {
  const before = textOf(request);
  expectApiError(catalogue.modelNotFound(request.model, registry.nearest(request.model)));
  const messages = stripFooters(request.messages);
  const clipped = await expectAnswerOrRefusal(() =>
    clipConversation(messages, billedMembers(request), 300, counter),
  );
  const body = buildBody(request, MODEL, clipped?.messages ?? messages, true);
  expect(body).toMatchObject({ model: MODEL.name, stream: true });
  if (before === undefined) return;
  expect(textOf(request), 'the body is not changed').toBe(before);
  const sent = JSON.parse(textOf(body) ?? '') as { messages: { role: unknown }[] };
  expect(sent.messages.every(({ role }) => typeof role === 'string' && role !== 'developer')).toBe(
    true,
  );
}

/** @returns undefined when it was refused, in words that do not repeat what the body says */
async function expectAnswerOrRefusal<T>(run: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    expectApiError(error);
    expect(error.status).toBeLessThan(500);
    expect(JSON.stringify([error.toEnvelope(), error.headers])).not.toContain(CANARY);
    return undefined;
  }
}

/** Undefined: nested so deep that it cannot be written, which is refused when it is to be sent. */
function textOf(body: unknown): string | undefined {
  try {
    return JSON.stringify(body);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return undefined;
  }
}
