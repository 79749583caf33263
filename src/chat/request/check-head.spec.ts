import { describe, expect, it } from 'vitest';
import { checkHead } from './check-head.ts';

function complaints(members: Record<string, unknown>): string[] {
  try {
    checkHead({ model: 'gpt', ...members });
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

describe('checkHead', () => {
  it.each<Record<string, unknown>>([
    {},
    { stream: true, stream_options: {}, max_tokens: 1, max_completion_tokens: 100_000 },
    { temperature: 0, top_p: 0, seed: -5, tools: [], parallel_tool_calls: false },
    { temperature: 2, top_p: 1, seed: 0, tools: Array(1024).fill(5) },
    { temperature: 0.7, response_format: {}, reasoning_effort: '', user: '', stop: '' },
    { stop: ['a', 'b'] },
    { stop: [] },
    { stop: 'list' },
    { n: 'many', unknown: {}, messages: 5 },
    { model: 'x'.repeat(256) },
  ])('takes %j', (members) => {
    expect(complaints(members)).toEqual([]);
  });

  it.each([
    'stream',
    'stream_options',
    'max_tokens',
    'max_completion_tokens',
    'temperature',
    'top_p',
    'seed',
    'tools',
    'parallel_tool_calls',
    'response_format',
    'reasoning_effort',
    'user',
    'stop',
  ])('takes null for an absent %s', (name) => {
    expect(complaints({ [name]: null })).toEqual([]);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ model: undefined }, 'model must be a string'],
    [{ model: null }, 'model must be a string'],
    [{ model: 5 }, 'model must be a string'],
    [{ model: ['gpt'] }, 'model must be a string'],
    [{ model: '' }, 'model must be the name of a model'],
    [{ model: 'x'.repeat(257) }, 'model must have at most 256 characters'],
    [{ model: '\0/gpt' }, 'model must have no control characters'],
    [{ stream: 'true' }, 'stream must be true or false'],
    [{ stream_options: [] }, 'stream_options must be an object'],
    [{ max_tokens: 0 }, 'max_tokens must be a whole number of tokens, at least 1'],
    [{ max_tokens: 1.5 }, 'max_tokens must be a whole number of tokens, at least 1'],
    [{ max_tokens: '5' }, 'max_tokens must be a whole number of tokens, at least 1'],
    [{ max_tokens: Infinity }, 'max_tokens must be a whole number of tokens, at least 1'],
    [
      { max_completion_tokens: -1 },
      'max_completion_tokens must be a whole number of tokens, at least 1',
    ],
    [{ temperature: 2.1 }, 'temperature must be a number from 0 to 2'],
    [{ temperature: -0.1 }, 'temperature must be a number from 0 to 2'],
    [{ temperature: '1' }, 'temperature must be a number from 0 to 2'],
    [{ temperature: Infinity }, 'temperature must be a number from 0 to 2'],
    [{ top_p: 1.1 }, 'top_p must be a number from 0 to 1'],
    [{ top_p: -1 }, 'top_p must be a number from 0 to 1'],
    [{ seed: 0.5 }, 'seed must be a whole number'],
    [{ tools: {} }, 'tools must be a list'],
    [{ tools: Array(1025).fill({}) }, 'tools must have at most 1024 entries'],
    [{ parallel_tool_calls: 1 }, 'parallel_tool_calls must be true or false'],
    [
      { response_format: 'json_object' },
      'response_format must be an object such as {"type": "json_object"}',
    ],
    [{ reasoning_effort: 5 }, 'reasoning_effort must be a string'],
    [{ user: {} }, 'user must be a string'],
    [{ stop: 5 }, 'stop must be a string or a list of strings'],
    [{ stop: ['a', 5] }, 'stop must be a string or a list of strings'],
    [{ stop: {} }, 'stop must be a string or a list of strings'],
  ])('refuses %j', (members, complaint) => {
    expect(complaints(members)).toEqual([complaint]);
  });
});
