import { describe, expect, it } from 'vitest';
import { kindOfField, withoutFields } from './request-fields.ts';

/** CreateChatCompletionRequest of OpenAI's OpenAPI document, with what it inherits. */
const OPENAI_FIELDS =
  'audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens messages metadata modalities model n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options'.split(
    ' ',
  );

describe('kindOfField', () => {
  it.each([
    'model',
    'messages',
    'stream',
    'tools',
    'tool_choice',
    'response_format',
    'functions',
    'function_call',
  ])('%s is essential', (name) => {
    expect(kindOfField(name)).toBe('essential');
  });

  it.each(['max_tokens', 'max_completion_tokens'])('%s is a token limit', (name) => {
    expect(kindOfField(name)).toBe('token-limit');
  });

  it.each(OPENAI_FIELDS)('knows %s', (name) => {
    expect(kindOfField(name)).not.toBe('foreign');
  });

  it.each(['temperature', 'stream_options', 'parallel_tool_calls', 'top_p'])(
    '%s is optional',
    (name) => {
      expect(kindOfField(name)).toBe('optional');
    },
  );

  it.each(['thinking_budget', 'extra_body', 'top_k', 'Model', '', 'constructor', '__proto__'])(
    '"%s" is foreign',
    (name) => {
      expect(kindOfField(name)).toBe('foreign');
    },
  );
});

describe('withoutFields', () => {
  it('drops the named fields only, and from a copy', () => {
    const body = { model: 'm', top_p: 1, seed: 2 };
    expect(withoutFields(body, ['top_p', 'seed', 'absent'])).toStrictEqual({ model: 'm' });
    expect(body).toEqual({ model: 'm', top_p: 1, seed: 2 });
  });

  it('keeps fields with names of objects', () => {
    const body = JSON.parse('{"__proto__":{"a":1},"constructor":2,"seed":3}') as object;
    const left = withoutFields({ ...body }, ['seed']);
    expect(JSON.stringify(left)).toBe('{"__proto__":{"a":1},"constructor":2}');
  });

  it('looks at each name once, however many there are', () => {
    const names = Array.from({ length: 1000 }, (_, nth) => `f${nth}`);
    let looks = 0;
    const watched = new Proxy(names, {
      get: (target, name, receiver) => {
        if (typeof name === 'string' && /^\d+$/.test(name)) looks += 1;
        return Reflect.get(target, name, receiver) as unknown;
      },
    });
    expect(withoutFields(Object.fromEntries(names.map((name) => [name, 1])), watched)).toEqual({});
    expect(looks).toBe(names.length);
  });
});
