import { describe, expect, it } from 'vitest';
import type { RegisteredModel } from '../../models/registered-model.ts';
import { repairsFor, repairTogether } from './repair-rungs.ts';
import type { Body } from './request-fields.ts';
import { UpstreamError } from './upstream-error.ts';

const model = { name: 'GPT', parameters: ['thinking_budget'] } as unknown as RegisteredModel;

/** Has something for each rung. */
const body: Body = {
  model: 'GPT',
  messages: [{ role: 'user', content: 'hi' }],
  stream: true,
  tools: [{}],
  tool_choice: 'auto',
  response_format: { type: 'json_object' },
  thinking_budget: 1000,
  top_k: 5,
  extra_body: {},
  max_tokens: 100_000,
  temperature: 1.5,
  stream_options: { include_usage: true },
};

function refusal(message = 'Bad request.'): UpstreamError {
  return new UpstreamError({ kind: 'status', status: 400, message });
}

function without(...fields: string[]): Body {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !fields.includes(name)));
}

describe('repairsFor', () => {
  it('offers the rungs in their order', () => {
    const error = refusal('max_tokens must be at most 4096');
    expect(repairsFor(body, model, error)).toEqual([
      {
        rung: 'blamed-field',
        body: { ...body, max_tokens: 4096 },
        notes: ['max_tokens set to 4096'],
        cause: { field: 'max_tokens', value: 100_000, allowed: 4096, touches: 'above' },
      },
      {
        rung: 'foreign-fields',
        body: without('top_k', 'extra_body'),
        notes: ['2 unknown fields dropped'],
        cause: undefined,
      },
      {
        rung: 'token-limits',
        body: without('max_tokens'),
        notes: ['max_tokens dropped'],
        cause: { field: 'max_tokens', value: 100_000, allowed: undefined, touches: 'above' },
      },
      {
        rung: 'lower-case',
        body: { ...body, model: 'gpt' },
        notes: ['model name in lower case'],
        cause: 'lower-case',
      },
      {
        rung: 'optional-fields',
        body: without('temperature', 'stream_options'),
        notes: ['temperature dropped', 'stream_options dropped'],
        cause: undefined,
      },
    ]);
  });

  it('does not suspect a small limit of being too large', () => {
    const [repair] = repairsFor({ model: 'gpt', max_tokens: 4095 }, model, refusal());
    expect(repair?.cause).toMatchObject({ field: 'max_tokens', touches: 'equal' });
    const [other] = repairsFor({ model: 'gpt', max_tokens: 4096 }, model, refusal());
    expect(other?.cause).toMatchObject({ field: 'max_tokens', touches: 'above' });
  });

  it('offers nothing for a body that has only what it needs', () => {
    const bare = { model: 'gpt', messages: [], stream: true, tools: [], response_format: {} };
    expect(repairsFor(bare, model, refusal())).toEqual([]);
  });

  it('passes over rungs that have nothing to change', () => {
    const rungs = repairsFor({ model: 'gpt', seed: 1 }, model, refusal()).map(({ rung }) => rung);
    expect(rungs).toEqual(['optional-fields']);
  });

  it('drops a blamed field whose limit is not said', () => {
    const [repair] = repairsFor(body, model, refusal('temperature is bad'));
    expect(repair).toEqual({
      rung: 'blamed-field',
      body: without('temperature'),
      notes: ['temperature dropped'],
      cause: { field: 'temperature', value: 1.5, allowed: undefined, touches: 'equal' },
    });
  });

  it('keeps the parameters that a model declares', () => {
    const [foreign] = repairsFor({ model: 'gpt', thinking_budget: 1, top_k: 1 }, model, refusal());
    expect(foreign?.body).toEqual({ model: 'gpt', thinking_budget: 1 });
  });

  it.each<[string, Body, unknown]>([
    ['one foreign field', { top_k: 5 }, { field: 'top_k', value: 5, touches: 'all' }],
    ['one optional field', { seed: 1 }, { field: 'seed', value: 1, touches: 'equal' }],
    ['both token limits', { max_tokens: 5, max_completion_tokens: 5 }, undefined],
    ['several optional fields', { seed: 1, top_p: 1 }, undefined],
  ])('knows who was at fault when it drops %s: %j', (_, fields, cause) => {
    const repair = repairsFor({ model: 'gpt', ...fields }, model, refusal())[0];
    if (cause === undefined) expect(repair?.cause).toBeUndefined();
    else expect(repair?.cause).toEqual({ allowed: undefined, ...(cause as object) });
  });
});

describe('repairTogether', () => {
  it('does all repairs at once and knows no culprit', () => {
    const error = refusal('temperature must be at most 1');
    expect(repairTogether(body, model, error)).toEqual({
      rung: 'together',
      body: {
        ...without('top_k', 'extra_body', 'max_tokens', 'temperature', 'stream_options'),
        model: 'gpt',
      },
      notes: [
        'temperature set to 1',
        '2 unknown fields dropped',
        'max_tokens dropped',
        'model name in lower case',
        'temperature dropped',
        'stream_options dropped',
      ],
      cause: undefined,
    });
  });

  it('never drops what the answer depends on', () => {
    const names = ['model', 'messages', 'stream', 'tools', 'tool_choice', 'response_format'];
    const left = repairTogether(body, model, refusal()).body;
    expect(Object.keys(left)).toEqual([...names, 'thinking_budget']);
  });
});
