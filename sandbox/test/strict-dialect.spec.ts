import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../start-sandbox.ts';
import { ask, completionOf, jsonOf, userMessage, WEATHER_TOOL } from './ask.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => {
  await sandbox.close();
});

describe('the strict dialect', () => {
  it('is, for Claude, what was recorded on 13 April 2026', async () => {
    const response = await ask(sandbox, {
      model: 'Claude-Haiku-4.5',
      ...userMessage('Hello [[sandbox: prompt=8369 say=OK%20then,%20my%20friend]]'),
    });
    const { id, created, ...rest } = jsonOf(response);

    expect(id).toMatch(/^chatcmpl-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Math.abs(Number(created) - Date.now() / 1000)).toBeLessThan(60);
    expect(rest).toEqual({
      model: 'claude-haiku-4-5@20251001',
      object: 'chat.completion',
      system_fingerprint: null,
      choices: [
        {
          finish_reason: 'stop',
          index: 0,
          message: {
            content: 'OK then, my friend',
            role: 'assistant',
            tool_calls: null,
            function_call: null,
            provider_specific_fields: { citations: null, thinking_blocks: null },
          },
        },
      ],
      usage: {
        completion_tokens: 4,
        prompt_tokens: 8369,
        total_tokens: 8373,
        completion_tokens_details: { reasoning_tokens: 0, text_tokens: 4 },
        prompt_tokens_details: {
          audio_tokens: null,
          cached_tokens: 0,
          text_tokens: null,
          image_tokens: null,
          video_tokens: null,
          cache_creation_tokens: 0,
          cache_creation_token_details: {
            ephemeral_5m_input_tokens: 0,
            ephemeral_1h_input_tokens: 0,
          },
        },
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        inference_geo: null,
        speed: null,
      },
    });
  });

  it('has null content beside tool calls, which have an index', async () => {
    const response = await ask(sandbox, { model: 'gpt-4.1-mini', tools: [WEATHER_TOOL] });
    expect(completionOf(response)).toMatchObject({
      model: 'gpt-4.1-mini-2025-04-14',
      choices: [
        {
          finish_reason: 'tool_calls',
          message: {
            content: null,
            tool_calls: [
              {
                index: 0,
                type: 'function',
                function: { name: 'getWeather', arguments: '{"location":"San Francisco"}' },
              },
            ],
          },
        },
      ],
    });
  });

  it.each([
    ['GPT-4.1', /^chatcmpl-D[A-Za-z0-9]{28}$/],
    ['gemini-2.5-pro', /^[A-Za-z0-9]{14}-[A-Za-z0-9]{8}$/],
    ['grok-3', /^chatcmpl-[0-9a-f-]{36}$/],
  ])('%s has ids of its provider', async (model, pattern) => {
    expect(completionOf(await ask(sandbox, { model })).id).toMatch(pattern);
  });

  it('shows the reasoning of Claude where it is asked for', async () => {
    const body = { model: 'claude-opus-4.6', output_effort: 'high' };
    const [choice] = completionOf(await ask(sandbox, body)).choices;
    const reasoning = choice?.message.reasoning_content;
    expect(reasoning).toMatch(/\w/);
    expect(choice?.message).toMatchObject({
      provider_specific_fields: { thinking_blocks: [{ thinking: reasoning }] },
    });
    const plain = await ask(sandbox, { model: 'claude-opus-4.6' });
    expect(plain.body).not.toContain('reasoning_content');
  });
});

describe('the dialect', () => {
  it.each([
    ['GPT-4.1', undefined, 'strict'],
    ['glm-5', undefined, 'legacy'],
    ['GPT-4.1', 'responses-x, chat-completions-legacy', 'legacy'],
    ['glm-5', 'chat-completions-strict', 'strict'],
    ['GPT-4.1', 'chat-completions-nonsense', 'strict'],
  ])('of %s with poe-feature %s is %s', async (model, feature, dialect) => {
    const headers: Record<string, string> = feature === undefined ? {} : { 'poe-feature': feature };
    const response = await ask(sandbox, { model }, { headers });
    expect(response.headers['x-poe-feature-active']).toBe(`chat-completions-${dialect}`);
    expect('system_fingerprint' in jsonOf(response)).toBe(dialect === 'strict');
    const isEchoed = completionOf(response).model === model;
    expect(isEchoed).toBe(dialect === 'legacy' || model === 'glm-5');
  });
});
