import fc from 'fast-check';
import { expect } from 'vitest';
import { Ladder } from '../../../src/chat/upstream/ladder.ts';
import { readFailure } from '../../../src/chat/upstream/read-failure.ts';
import { RepairMemory } from '../../../src/chat/upstream/repair-memory.ts';
import type { Body } from '../../../src/chat/upstream/request-fields.ts';
import { UpstreamError } from '../../../src/chat/upstream/upstream-error.ts';
import { MODALITIES, type RegisteredModel } from '../../../src/models/registered-model.ts';
import { hostileLiteral, memberName } from '../hostile-literals.ts';
import { applyJsonEdit, jsonEdit } from '../json-edit.ts';
import type { FuzzTarget } from '../target.ts';
import { VALID_REQUESTS } from '../valid-request.ts';

const MOST_CALLS = 6;
const MOST_MS = 60_000;

export const ladderTarget: FuzzTarget = {
  name: 'ladder',
  property: ({ errors }) =>
    fc.property(
      requestBody(),
      fc.array(failure(errors.map(({ body }) => body)), { minLength: 1, maxLength: 7 }),
      fc.constantFrom(...MODALITIES),
      fc.nat(3),
      fc.boolean(),
      (request, failures, modality, retries, hasFallback) => {
        const sent = JSON.parse(request) as Body;
        fc.pre(isSent(sent));
        const model = {
          name: 'GPT',
          modality,
          parameters: ['top_k'],
        } as unknown as RegisteredModel;
        const memory = new RepairMemory();
        const ladder = new Ladder(model, sent, retries);
        let calls = 1;
        for (; calls <= MOST_CALLS; calls++) {
          expectSameQuestion(ladder.body, sent);
          const { status, body, wait, afterMs } = failures[(calls - 1) % failures.length] ?? BARE;
          const error = readFailure(status, { 'retry-after': wait }, body);
          const budget = {
            calls: MOST_CALLS - calls,
            ms: MOST_MS,
            takeRetry: () => true,
            hasFallback,
          };
          const step = ladder.next(error, budget, afterMs);
          if (step instanceof UpstreamError) break;
          expect(step >= 0 && step < MOST_MS).toBe(true);
          for (const { cause } of ladder.repairs) if (cause) memory.remember(model, cause);
        }
        expect(calls).toBeLessThanOrEqual(MOST_CALLS);
        const again = memory.apply(model, sent);
        expectSameQuestion(again.body, sent);
        expect(again.notes.every((note) => typeof note === 'string')).toBe(true);
      },
    ),
};

/** What cannot be written was refused before anybody could complain of it. */
function isSent(body: Body): boolean {
  try {
    return JSON.stringify(body) !== '';
  } catch {
    return false;
  }
}

/** A repair changes the form of a request, never what it asks for. */
function expectSameQuestion(body: Body, sent: Body): void {
  for (const name of ['messages', 'tools', 'tool_choice', 'response_format', 'stream']) {
    expect(body[name] === sent[name], name).toBe(true);
  }
  expect(String(body.model).toLowerCase()).toBe('gpt');
}

/** JSON. Validated members are as they must be; all others are anything. */
function requestBody(): fc.Arbitrary<string> {
  const extra = fc.tuple(
    fc.oneof(memberName, fc.string()).filter((name) => !/^(?:max_tokens|model|stream)$/.test(name)),
    hostileLiteral,
  );
  return fc
    .tuple(
      fc.constantFrom(...VALID_REQUESTS),
      fc.array(extra, { maxLength: 4 }),
      fc.array(jsonEdit, { maxLength: 2 }),
    )
    .map(([text, extras, edits]) => {
      const members = extras.map(([name, literal]) => `${JSON.stringify(name)}:${literal}`);
      const nested = `"nested":${edits.reduce(applyJsonEdit, text)}`;
      return `${text.slice(0, -1)},${[...members, nested, '"model":"GPT"'].join(',')}}`;
    });
}

const COMPLAINTS = [
  'max_tokens must be at most 4096',
  'max_completion_tokens: less than or equal to 1e999',
  "Unsupported value: 'high' is not supported with this model. Supported values are: 'low'.",
  "Unsupported value: '1' is not supported",
  "Unsupported value: '[object Object]' is not supported",
  'temperature is not permitted',
  'Unrecognized request argument supplied: thinking_budget',
  'prompt is too long: 300000 tokens > 200000 maximum',
  'Violates our content policy',
  'x',
];

interface Failure {
  readonly status: number;
  readonly body: string;
  readonly wait: string | undefined;
  readonly afterMs: number;
}

const BARE: Failure = { status: 400, body: '', wait: undefined, afterMs: 0 };

function failure(bodies: readonly string[]): fc.Arbitrary<Failure> {
  const status = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(400, 422) },
    { weight: 2, arbitrary: fc.constantFrom(404, 408, 413, 429, 500, 502, 503, 504, 524, 529) },
    { weight: 1, arbitrary: fc.integer({ min: 100, max: 999 }) },
  );
  const words = fc
    .record(
      {
        message: fc.oneof(fc.constantFrom(...COMPLAINTS), fc.string(), memberName),
        param: fc.oneof(
          memberName,
          fc.constantFrom('temperature', 'stop[0]', '[', '.'),
          fc.string(),
        ),
        code: fc.constantFrom('unsupported_value', 'context_length_exceeded', '503'),
      },
      { requiredKeys: [] },
    )
    .map((error) => JSON.stringify({ error }));
  const body = fc.oneof({ weight: 4, arbitrary: words }, fc.constantFrom(...bodies));
  return fc.record({
    status,
    body,
    wait: fc.constantFrom(undefined, '0', '1', '30', '61', '1e25'),
    afterMs: fc.constantFrom(0, 3000, 10_000),
  });
}
