import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { JsonObject } from '../json.ts';
import { type Sandbox, startSandbox } from '../start-sandbox.ts';
import {
  ask,
  AUTHORIZATION,
  completionOf,
  contentOf,
  errorMessage,
  jsonOf,
  userMessage,
  WEATHER_TOOL,
} from './ask.ts';
import { rawExchange } from './raw-exchange.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ mediaDelayMs: 0 });
});

beforeEach(() => {
  sandbox.reset();
});

afterAll(async () => {
  await sandbox.close();
});

const TOOL_TURN = [
  { role: 'user', content: 'Weather?' },
  { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function' }] },
];

describe('refused', () => {
  it.each<[string, JsonObject, RegExp]>([
    ['no messages', { messages: [] }, /'messages'/],
    ['messages that are none', { messages: 'Hello' }, /'messages'/],
    ['a message that is none', { messages: ['Hello'] }, /'messages'/],
    ['no model', { model: null }, /'model'/],
    ['n', { n: 2 }, /Invalid 'n'/],
    ['temperature', { temperature: 3 }, /'temperature'/],
    ['five stop sequences', { stop: ['a', 'b', 'c', 'd', 'e'] }, /'stop'/],
    ['max_tokens of 0', { max_tokens: 0 }, /'max_tokens'/],
    ['developer', { messages: [{ role: 'developer', content: 'x' }] }, /'system', 'user' or 'bot'/],
    ['content that is none', { messages: [{ role: 'user', content: 5 }] }, /'content'/],
    ['an unknown field', { extra_body: {} }, /extra_body/],
    ['a field of other bots', { thinking_budget: 5 }, /thinking_budget/],
    ['a vendor prefix', { model: 'openai/gpt-4.1' }, /Invalid model: 'openai\/gpt-4.1'/],
    ['too many output tokens', { max_tokens: 100_000 }, /at most 32768 completion tokens/],
    ['a temperature for o3', { model: 'o3', temperature: 0 }, /'temperature'/],
    ['a model that does not chat', { model: 'GPT-5.3-Codex-Spark' }, /not a chat model/],
    [
      'an orphan tool result',
      { messages: [{ role: 'tool', tool_call_id: 'call_1', content: '' }] },
      /role 'tool'/,
    ],
    ['a call without its result', { messages: TOOL_TURN }, /must be followed by tool messages/],
    [
      'a call answered by the user',
      { messages: [...TOOL_TURN, { role: 'user', content: 'Well?' }] },
      /must be followed by tool messages/,
    ],
  ])('%s', async (_what, body, text) => {
    const response = await ask(sandbox, body);
    expect(response.status).toBe(400);
    expect(errorMessage(response)).toMatch(text);
    expect(sandbox.ledger).toHaveLength(0);
  });

  it('an unknown model with 404', async () => {
    const response = await ask(sandbox, { model: 'gpt-5.6-sol' });
    expect(response.status).toBe(404);
    expect(errorMessage(response)).toBe('Model `gpt-5.6-sol` not found.');
  });

  it('the recorded developer error, key by key', async () => {
    const response = await ask(sandbox, { messages: [{ role: 'developer', content: 'x' }] });
    expect(jsonOf(response)).toEqual({
      error: {
        code: 'invalid_parameter',
        type: 'invalid_request_error',
        param: 'role',
        message: "Invalid 'role': Input should be 'system', 'user' or 'bot'",
      },
    });
  });

  it.each(['', 'Bearer ', 'Bearer other', 'Basic sandbox-key'])('the key "%s"', async (key) => {
    const response = await ask(sandbox, {}, { headers: { authorization: key } });
    expect(response.status).toBe(401);
    expect(jsonOf(response).error).toMatchObject({ code: 'invalid_api_key' });
  });

  it.each(['{"model":', '[]', 'null', '"text"'])('the body %s', async (body) => {
    const url = `${sandbox.url}/v1/chat/completions`;
    const response = await rawExchange({ url, headers: AUTHORIZATION, body });
    expect(response.status).toBe(400);
    expect(sandbox.journal[0]?.outcome).toBe('completed');
  });

  it("Anthropic's max_tokens with the provider's JSON as the message", async () => {
    const response = await ask(sandbox, { model: 'claude-haiku-4.5', max_tokens: 300_000 });
    expect(response.status).toBe(400);
    expect(errorMessage(response)).toMatch(/^\{"type":"error".*300000 > 64000/);
  });

  it('a prompt above the context', async () => {
    const body = { model: 'GPT-3.5-Turbo-Instruct', ...userMessage('x'.repeat(20_000)) };
    expect(errorMessage(await ask(sandbox, body))).toBe('Input is too long for requested model.');
  });

  it("the assistant's effort, in the recorded words", async () => {
    const response = await ask(sandbox, { model: 'assistant', reasoning_effort: 'high' });
    expect(errorMessage(response)).toBe(
      "Unsupported value: 'high' is not supported with the 'gpt-5.2-chat-latest' model. Supported values are: 'medium'.",
    );
  });

  it.each([
    ['kimi-k2.5-fw', 400, /^Model kimi-k2.5-fw does not support tool calling/],
    ['gpt-4o-search', 400, /^litellm.BadRequestError: OpenAIException - tools/],
    ['DeepSeek-V4-Pro-EL', 500, /Internal server error/],
  ])('tools by %s', async (model, status, text) => {
    const response = await ask(sandbox, { model, tools: [WEATHER_TOOL] });
    expect(response.status).toBe(status);
    expect(errorMessage(response)).toMatch(text);
  });
});

describe('accepted', () => {
  it.each<[string, JsonObject]>([
    ['names in any case', { model: 'gPt-4.1' }],
    ['an unlisted model', { model: 'MiniMax-M2.7-HS' }],
    ['declared parameters', { model: 'gemini-2.5-flash', thinking_budget: 5 }],
    ['null for nothing', { temperature: null, n: null }],
    ['any field in the legacy dialect', { model: 'glm-5', extra_body: {} }],
    [
      'a complete tool turn',
      { messages: [...TOOL_TURN, { role: 'tool', tool_call_id: 'call_1', content: 'Sun' }] },
    ],
  ])('%s', async (_what, body) => {
    expect((await ask(sandbox, body)).status).toBe(200);
  });
});

describe('tool calls', () => {
  const other = { type: 'function', function: { name: 'other', parameters: { type: 'object' } } };

  async function callNames(body: JsonObject): Promise<string[]> {
    const response = await ask(sandbox, { tools: [WEATHER_TOOL, other], ...body });
    const [choice] = completionOf(response).choices;
    return choice?.message.tool_calls?.map((call) => call.function.name) ?? [];
  }

  it('the first tool, or the named one, or none', async () => {
    expect(await callNames({})).toEqual(['getWeather']);
    expect(await callNames({ tool_choice: 'required' })).toEqual(['getWeather']);
    const named = { type: 'function', function: { name: 'other' } };
    expect(await callNames({ tool_choice: named })).toEqual(['other']);
    expect(await callNames({ tool_choice: 'none' })).toEqual([]);
  });

  it('text once the result is there', async () => {
    const messages = [...TOOL_TURN, { role: 'tool', tool_call_id: 'call_1', content: 'Sun' }];
    expect(await callNames({ messages })).toEqual([]);
  });

  it.each([
    ['GPT-4.1', /^call_[A-Za-z0-9]{24}$/],
    ['claude-haiku-4.5', /^toolu_bdrk_/],
    ['grok-4', /^call_\d{8}$/],
    ['kimi-k2.5', /^getWeather:0$/],
    ['gemini-3-flash', /^tool_getWeather_/],
  ])('ids as %s makes them', async (model, pattern) => {
    const [choice] = completionOf(await ask(sandbox, { model, tools: [WEATHER_TOOL] })).choices;
    expect(choice?.finish_reason).toBe('tool_calls');
    expect(choice?.message.tool_calls?.[0]?.id).toMatch(pattern);
  });
});

describe('output', () => {
  it('is cut at max_tokens', async () => {
    const response = await ask(sandbox, { max_tokens: 3 });
    expect(completionOf(response)).toMatchObject({
      choices: [{ finish_reason: 'length' }],
      usage: { completion_tokens: 3 },
    });
    expect(contentOf(response)?.split(' ')).toHaveLength(3);
  });

  it('is empty where reasoning takes a small limit up', async () => {
    for (const model of ['gpt-5.4-mini', 'o3']) {
      const response = await ask(sandbox, { model, max_tokens: 5 });
      expect(completionOf(response).choices[0]).toMatchObject({
        finish_reason: 'length',
        message: { content: '' },
      });
    }
  });

  it.each<[string, JsonObject, unknown]>([
    ['json_object', { type: 'json_object' }, { answer: 'sandbox', ok: true }],
    [
      'json_schema',
      {
        type: 'json_schema',
        json_schema: { schema: { type: 'object', properties: { steps: { type: 'array' } } } },
      },
      { steps: [null] },
    ],
  ])('is JSON for %s', async (_type, format, expected) => {
    const response = await ask(sandbox, { response_format: format });
    expect(JSON.parse(contentOf(response) ?? '')).toEqual(expected);
  });

  it('differs in size with the prompt', async () => {
    const usages = await Promise.all(
      ['Hello', 'Hello again', 'And once more, at length'].map(async (text) => {
        const { usage } = completionOf(await ask(sandbox, userMessage(text)));
        return `${usage.prompt_tokens}/${usage.completion_tokens}`;
      }),
    );
    expect(new Set(usages).size).toBe(3);
  });
});
