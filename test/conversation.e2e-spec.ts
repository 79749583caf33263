import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat, type ChatBody } from './support/chat.ts';
import { modelsFile } from './support/models-file.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { readStream } from './support/stream.ts';

interface Message {
  role: string;
  content: string;
  tool_call_id?: string;
  tool_calls?: { id: string }[];
}

/** About 100 tokens. */
const paragraph = 'The quick brown fox jumps over the lazy dog. '.repeat(10);

describe('what Poe gets of a conversation', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  const call = () => sandbox.journal.findLast(({ path }) => path.endsWith('/chat/completions'));
  const sent = () => call()?.body as ChatBody & { messages: Message[] };

  beforeAll(async () => {
    sandbox = await startSandbox();
    gateway = await startGateway(sandbox.url, {
      FOOTER: 'always',
      FOOTER_WAIT_MS: '0',
      MODELS_FILE: modelsFile(`models:
  text:
    - { poe_name: GPT-5.4-Mini, points_per_1k_in: 23, points_per_1k_out: 135, max_tokens: 1000, aliases: [small] }
    - { poe_name: GPT-4.1, points_per_1k_in: 60, points_per_1k_out: 240, max_tokens: 100 }
  image:
    - { poe_name: Imagen-4, base: 934 }`),
    });
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it('is clipped to the cap: oldest turns first, system and newest stay, and it is said', async () => {
    const turns = Array.from({ length: 20 }, (_, turn) => [
      { role: 'user', content: `Question ${turn}. ${paragraph}` },
      { role: 'assistant', content: `Answer ${turn}. ${paragraph}` },
    ]).flat();
    const messages = [
      { role: 'system', content: 'Be brief.' },
      ...turns,
      { role: 'user', content: 'And now? [[sandbox: ok]]' },
    ];
    const reply = await chat(gateway.url, { model: 'small', stream: false, messages });
    const completion = JSON.parse(reply.text) as { poe_proxy: { clipped_messages: number } };
    const left = sent().messages;
    expect(left[0]).toEqual(messages[0]);
    expect(left[1]?.role).toBe('user');
    expect(left.slice(1)).toEqual(messages.slice(-(left.length - 1)));
    expect(left.length).toBeLessThan(messages.length);
    expect(completion.poe_proxy.clipped_messages).toBe(messages.length - left.length);
    expect(reply.headers['x-poe-proxy-clipped-messages']).toBe(
      String(messages.length - left.length),
    );
  });

  it('has its last message shortened visibly if that alone is too long', async () => {
    const content = `${paragraph.repeat(20)} [[sandbox: ok]]`;
    await chat(gateway.url, {
      model: 'small',
      stream: false,
      messages: [{ role: 'user', content }],
    });
    const [message] = sent().messages;
    expect(message?.content).toContain('shortened by the gateway');
    expect(message?.content.endsWith('[[sandbox: ok]]')).toBe(true);
    expect(message?.content.startsWith(paragraph)).toBe(true);
  });

  it('is refused if even that is not enough', async () => {
    const system = Array.from({ length: 40 }, () => ({ role: 'system', content: 'Be brief.' }));
    const messages = [...system, { role: 'user', content: 'Hello' }];
    const reply = await chat(gateway.url, { model: 'GPT-4.1', stream: true, messages });
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text)).toMatchObject({ error: { code: 'context_length_exceeded' } });
  });

  it('has no footers of ours, with which clients send answers back', async () => {
    const first = await chat(gateway.url, ask('ok say=Hello.'));
    const { content } = readStream(first.text);
    expect(content).toMatch(/^Hello\.\n\n---\nTokens: /);
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content },
      { role: 'assistant', content: [{ type: 'text', text: content }] },
      // What a user quotes is his own.
      { role: 'user', content: `${content} [[sandbox: ok]]` },
    ];
    await chat(gateway.url, { model: 'small', stream: false, messages });
    expect(sent().messages.map((message) => message.content)).toEqual([
      'Hi',
      'Hello.',
      [{ type: 'text', text: 'Hello.' }],
      messages[3]?.content,
    ]);
  });

  it("hides Poe's quirks", async () => {
    await chat(
      gateway.url,
      ask('ok', {
        model: 'openai/GPT-5.4-Mini',
        n: 3,
        messages: [
          { role: 'developer', content: 'Be brief.' },
          { role: 'user', content: 'Hello' },
        ],
        seed: 7,
        user: 'me',
        web_search: true,
      }),
    );
    const { headers } = call() ?? {};
    expect(sent()).toMatchObject({
      model: 'GPT-5.4-Mini',
      n: 1,
      messages: [{ role: 'system' }, { role: 'user' }],
      stream: true,
      stream_options: { include_usage: true },
      // Everything else is the client's business, the bot's own parameters included.
      seed: 7,
      user: 'me',
      web_search: true,
    });
    expect(headers?.['accept-encoding']).toBe('identity');
    expect(headers?.authorization).toBe('Bearer sandbox-key');
    expect(headers?.['poe-feature']).toBe('chat-completions-strict');
  });

  it('has the schemas of tools as they were, whatever their properties are called', async () => {
    const tool =
      '{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"prototype":{"type":"string"}}}}}}';
    const body = JSON.stringify(ask('ok', { tools: ['TOOL'] })).replace('"TOOL"', tool);
    expect((await chat(gateway.url, body)).status).toBe(200);
    expect(JSON.stringify(sent().tools)).toBe(`[${tool}]`);
  });

  it('asks for pictures in one piece, and makes a stream of them', async () => {
    const reply = await chat(gateway.url, ask('ok', { model: 'Imagen-4', stream: true }));
    expect(sent().stream).toBe(false);
    const stream = readStream(reply.text);
    expect(stream.content).toMatch(/^!\[.*\]\(https:/);
    expect(stream.isDone).toBe(true);
  });

  it('answers with the model name that the client used', async () => {
    const reply = await chat(gateway.url, ask('ok', { model: 'openai/small' }));
    const stream = readStream(reply.text);
    expect(new Set(stream.chunks.map(({ model }) => model))).toEqual(new Set(['openai/small']));
    expect(stream.poeProxy?.model).toBe('GPT-5.4-Mini');
  });
});
