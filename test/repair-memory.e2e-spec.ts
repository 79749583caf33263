import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat, type ChatBody } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';

describe('repairs are remembered', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  const callsFor = async (steps: string, body: ChatBody) => {
    const before = sandbox.journal.length;
    const reply = await chat(gateway.url, ask(steps, { stream: false, ...body }));
    const { poe_proxy: facts } = JSON.parse(reply.text) as { poe_proxy: { repairs: string[] } };
    const bodies = sandbox.journal
      .slice(before)
      .filter(({ path }) => path.endsWith('/completions'))
      .map((entry) => entry.body as ChatBody);
    return { calls: bodies.length, last: bodies.at(-1), repairs: facts.repairs };
  };

  beforeAll(async () => {
    sandbox = await startSandbox();
    gateway = await startGateway(sandbox.url, { FOOTER: 'never' });
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it('for values above a limit, and for these only', async () => {
    const steps = 'bad-request-max-tokens limit=8192';
    const first = await callsFor(`${steps} id=1`, { max_tokens: 300_000 });
    expect(first).toMatchObject({ calls: 2, repairs: ['max_tokens set to 8192'] });
    const second = await callsFor(`${steps} id=2`, { max_tokens: 20_000 });
    expect(second).toMatchObject({ calls: 1, repairs: ['max_tokens set to 8192'] });
    // One caller's absurd value must not strip another's limit.
    const third = await callsFor(`${steps} id=3`, { max_tokens: 100 });
    expect(third).toMatchObject({ calls: 1, repairs: [], last: { max_tokens: 100 } });
    // Nor is another model concerned.
    const other = await callsFor('ok id=4', { model: 'GPT-4.1', max_tokens: 20_000 });
    expect(other).toMatchObject({ calls: 1, repairs: [], last: { max_tokens: 20_000 } });
  });

  it('for the case of a name', async () => {
    const model = 'Claude-Haiku-4.5';
    const first = await callsFor('bad-request-upper-case id=1', { model });
    expect(first).toMatchObject({ calls: 2, last: { model: 'claude-haiku-4.5' } });
    const second = await callsFor('bad-request-upper-case id=2', { model });
    expect(second).toMatchObject({ calls: 1, repairs: ['model name in lower case'] });
  });

  it('never drops what the question is made of', async () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters: {} } }];
    const reply = await chat(
      gateway.url,
      ask('unsupported-feature', { model: 'GLM-5', tools, stream: false }),
    );
    expect(reply.status).toBe(400);
    const bodies = sandbox.journal.filter(({ model }) => model === 'GLM-5');
    expect(bodies.every(({ body }) => (body as ChatBody).tools)).toBe(true);
  });
});
