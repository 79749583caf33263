import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { modelsFile, shippedModels } from './support/models-file.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';

const FOOTER = /\n\n---\nTokens: .* \| Points: [\d,]+ \| Balance: [\d,]+$/;
const weather = tool({
  description: 'The weather of a city',
  inputSchema: jsonSchema<{ city: string }>({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  }),
  execute: ({ city }) => Promise.resolve(`It rains in ${city}.`),
});

/** As an operator would set it for clients that leave `stream` out. */
const withoutStream = () =>
  modelsFile(shippedModels().replace('text_stream: true', 'text_stream: false'));

describe('the AI SDK (@ai-sdk/openai-compatible)', () => {
  let sandbox: Sandbox;
  const gateways: Record<string, Gateway> = {};
  const model = (gateway: string, headers: Record<string, string> = {}) =>
    createOpenAICompatible({
      name: 'poe-proxy',
      baseURL: `${gateways[gateway]?.url}/v1`,
      apiKey: 'any',
      headers,
      includeUsage: true,
    })('Claude-Haiku-4.5');

  beforeAll(async () => {
    sandbox = await startSandbox();
    gateways.default = await startGateway(sandbox.url);
    gateways.json = await startGateway(sandbox.url, { MODELS_FILE: withoutStream() });
  });
  afterAll(async () => {
    for (const gateway of Object.values(gateways)) await gateway.close();
    await sandbox.close();
  });

  it('streams text', async () => {
    const { textStream, usage } = streamText({ model: model('default'), prompt: 'Hello' });
    let text = '';
    for await (const piece of textStream) text += piece;
    expect(text).toMatch(FOOTER);
    expect((await usage).totalTokens).toBeGreaterThan(0);
  });

  /** It sends no `stream` and accepts anything, which the default answers with a stream. */
  it.each([
    ['with the header accept: application/json', 'default', { accept: 'application/json' }],
    ['under defaults.text_stream: false', 'json', {}],
  ])('generates text and calls a tool %s', async (_how, gateway, headers) => {
    const { text } = await generateText({ model: model(gateway, headers), prompt: 'Hello' });
    expect(text).toMatch(FOOTER);

    const answer = await generateText({
      model: model(gateway, headers),
      prompt: 'What is the weather?',
      tools: { weather },
      stopWhen: stepCountIs(3),
    });
    const [first] = answer.steps;
    expect(first?.finishReason).toBe('tool-calls');
    expect(first?.toolResults[0]).toMatchObject({ toolName: 'weather' });
    expect(answer.text).toMatch(FOOTER);
  });
});
