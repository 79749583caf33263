import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';

const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
    },
  },
};
const question = (steps: string) => [
  { role: 'user' as const, content: `What is the weather? [[sandbox: ${steps}]]` },
];
const FOOTER = /\n\n---\nTokens: [\d,]+ total .* \| Points: [\d,]+ \| Balance: [\d,]+$/;

describe('the official OpenAI client', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  let openai: OpenAI;

  beforeAll(async () => {
    sandbox = await startSandbox({ ledgerLagMs: [0, 100] });
    gateway = await startGateway(sandbox.url);
    openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0 });
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it('creates a completion, with a footer that tells the true cost', async () => {
    const completion = await openai.chat.completions.create({
      model: 'claude-haiku-4.5',
      messages: question('ok id=create'),
    });
    expect(completion.object).toBe('chat.completion');
    // The name that the client used, an alias here, whatever Poe calls it.
    expect(completion.model).toBe('claude-haiku-4.5');
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(completion.choices[0]?.message.content).toMatch(FOOTER);
    const billed = sandbox.ledger.at(-1)?.cost_points;
    expect(completion).toMatchObject({
      usage: { total_tokens: expect.any(Number) as number },
      poe_proxy: { points: billed, points_source: 'history', model: 'Claude-Haiku-4.5' },
    });
  });

  it('streams', async () => {
    const stream = await openai.chat.completions.create({
      model: 'GPT-5.4-Mini',
      messages: question('ok id=stream'),
      stream: true,
    });
    let text = '';
    const reasons: (string | null)[] = [];
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      reasons.push(chunk.choices[0]?.finish_reason ?? null);
      // The extra chunk of include_usage was not asked for.
      expect(chunk.choices).toHaveLength(1);
    }
    expect(text).toMatch(FOOTER);
    expect(reasons.at(-1)).toBe('stop');
    expect(reasons.slice(0, -1).every((reason) => reason === null)).toBe(true);
  });

  it('streams with usage', async () => {
    const stream = await openai.chat.completions.create({
      model: 'GPT-5.4-Mini',
      messages: question('ok tokens=17 id=usage'),
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 17 } });
  });

  it.each(['ok', 'tool-call-with-finish', 'missing-tool-index'])(
    'calls a tool and answers with its result (%s)',
    async (scenario) => {
      const runner = openai.chat.completions.runTools({
        model: 'GPT-5.4',
        stream: true,
        messages: question(`${scenario} id=tools-${scenario}`),
        tools: [
          {
            type: 'function',
            function: {
              name: 'get_weather',
              description: 'The weather of a city',
              parameters: weather.function.parameters,
              parse: (text: string) => JSON.parse(text) as { city: string },
              function: ({ city }: { city: string }) => `It rains in ${city}.`,
            },
          },
        ],
      });
      expect(await runner.finalContent()).toMatch(FOOTER);
      const called = await runner.finalFunctionToolCall();
      expect(called).toMatchObject({ name: 'get_weather' });
      // What called tools has no footer: there is no text to put it under.
      const [, call, result] = runner.messages;
      expect(call?.content ?? '').not.toContain('Points:');
      expect(result).toMatchObject({ role: 'tool' });
    },
  );

  it('gets a tool call without a stream', async () => {
    const completion = await openai.chat.completions.create({
      model: 'Grok-4',
      messages: question('ok id=tool-json'),
      tools: [weather],
    });
    const [choice] = completion.choices;
    expect(choice?.finish_reason).toBe('tool_calls');
    expect(choice?.message.tool_calls?.[0]).toMatchObject({
      type: 'function',
      function: { name: 'get_weather' },
    });
  });

  it('parses structured output, which has no footer', async () => {
    const completion = await openai.chat.completions.parse({
      model: 'GPT-5.4-Mini',
      messages: question('ok id=json'),
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'answer',
          schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      },
    });
    expect(JSON.parse(completion.choices[0]?.message.content ?? '')).toHaveProperty('city');
    expect(completion).toHaveProperty('poe_proxy.points');
  });

  it('lists models, and shows one', async () => {
    const ids: string[] = [];
    for await (const model of openai.models.list()) ids.push(model.id);
    expect(ids).toContain('Claude-Haiku-4.5');
    expect(ids.length).toBeGreaterThanOrEqual(40);
    expect(await openai.models.retrieve('GPT-4.1')).toMatchObject({
      id: 'GPT-4.1',
      object: 'model',
      owned_by: 'OpenAI',
      context_cap: 200_000,
      pricing: { per_1k_in: 60, per_1k_out: 240 },
    });
  });

  it.each([
    ['model-not-found', OpenAI.NotFoundError],
    ['insufficient-credits', APIError],
    ['provider-quota', OpenAI.RateLimitError],
    ['moderation', OpenAI.PermissionDeniedError],
    ['context-overflow', OpenAI.BadRequestError],
  ])('throws its typed error for %s', async (scenario, type) => {
    const call = openai.chat.completions.create({
      model: 'GPT-5.4-Mini',
      messages: question(`${scenario} id=error`),
    });
    await expect(call).rejects.toBeInstanceOf(type);
  });

  it('throws when a stream breaks off, instead of ending as if it were whole', async () => {
    const stream = await openai.chat.completions.create({
      model: 'GPT-5.4-Mini',
      messages: question('cut-mid-stream id=cut'),
      stream: true,
    });
    const read = async () => {
      for await (const chunk of stream) expect(chunk).toHaveProperty('choices');
    };
    await expect(read()).rejects.toBeInstanceOf(APIError);
  });

  it('aborts the call of Poe when the stream is aborted', async () => {
    const stream = await openai.chat.completions.create({
      model: 'GPT-5.4-Mini',
      messages: question('stall id=abort'),
      stream: true,
    });
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) break;
    }
    await expect.poll(() => sandbox.openCalls()).toBe(0);
  });
});
