import { ChatOpenAI } from '@langchain/openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';

const FOOTER = /\n\n---\nTokens: .* \| Points: [\d,]+ \| Balance: [\d,]+$/;

describe('LangChain (@langchain/openai)', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  let model: ChatOpenAI;

  beforeAll(async () => {
    sandbox = await startSandbox();
    gateway = await startGateway(sandbox.url);
    model = new ChatOpenAI({
      model: 'Gemini-3-Flash',
      apiKey: 'any',
      configuration: { baseURL: `${gateway.url}/v1` },
    });
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it('invokes', async () => {
    const answer = await model.invoke('Hello');
    expect(answer.text).toMatch(FOOTER);
    expect(answer).toHaveProperty('usage_metadata.total_tokens');
  });

  it('streams', async () => {
    let text = '';
    for await (const chunk of await model.stream('Hello')) text += chunk.text;
    expect(text).toMatch(FOOTER);
  });

  it('calls tools', async () => {
    const withTools = model.bindTools([
      {
        type: 'function',
        function: {
          name: 'get_weather',
          parameters: { type: 'object', properties: { city: { type: 'string' } } },
        },
      },
    ]);
    const answer = await withTools.invoke('What is the weather?');
    expect(answer.tool_calls?.[0]).toMatchObject({ name: 'get_weather' });
  });
});
