import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { modelsFile } from './support/models-file.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { readStream } from './support/stream.ts';

const long = 'All human beings are born free and equal in dignity and rights. '.repeat(3000);
const dear = { model: 'Claude-Opus-4.6', messages: [{ role: 'user', content: long }] };

describe('what a message may cost', () => {
  let sandbox: Sandbox;
  let gateway: Gateway | undefined;
  const start = async (environment: Record<string, string>) =>
    (gateway = await startGateway(sandbox.url, environment));

  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(async () => {
    await gateway?.close();
    await sandbox.close();
  });

  it('over MAX_POINTS_PER_MESSAGE is refused before Poe is asked, with cheaper models', async () => {
    const { url } = await start({ MAX_POINTS_PER_MESSAGE: '4000' });
    const reply = await chat(url, { ...dear, stream: true });
    expect(reply.status).toBe(402);
    expect(reply.headers['x-should-retry']).toBe('false');
    const { error } = JSON.parse(reply.text) as { error: { code: string; message: string } };
    expect(error.code).toBe('max_points_per_message');
    expect(error.message).toMatch(/estimated at [\d,]+ points with Claude-Opus-4.6/);
    expect(error.message).toContain('limit of 4,000 points');
    expect(error.message).toMatch(/Cheaper for this size: .+ \([\d,]+\), .+ \([\d,]+\)/);
    expect(sandbox.journal.some(({ path }) => path.endsWith('/completions'))).toBe(false);
  });

  it.each(['Veo-3.1', 'Sora-2', 'Runway-Gen-4-Turbo', 'GPT-Image-1.5', 'Lyria', 'ElevenLabs-v3'])(
    'is known of %s before its first bill',
    async (model) => {
      const { url } = await start({ MAX_POINTS_PER_MESSAGE: '100' });
      const messages = [{ role: 'user', content: `${'Say it loud. '.repeat(10)}[[sandbox: ok]]` }];
      const reply = await chat(url, { model, messages, stream: false });
      expect([reply.status, sandbox.ledger]).toEqual([402, []]);
    },
  );

  it('is estimated with the answer that is likely, but no longer than max_tokens', async () => {
    const { url } = await start({ MAX_POINTS_PER_MESSAGE: '300' });
    // Nothing is known of the model yet: 500 tokens out, 350 points.
    const message = ask('ok', { model: 'Claude-Opus-4.6', stream: false });
    expect((await chat(url, message)).status).toBe(402);
    expect((await chat(url, { ...message, max_tokens: 100 })).status).toBe(200);
  });

  it('is estimated after clipping', async () => {
    // 90,000 tokens of which 20,000 stay.
    const { url } = await start({
      MAX_POINTS_PER_MESSAGE: '700',
      MODELS_FILE: modelsFile(`models:
  text:
    - { poe_name: GPT-5.4-Mini, points_per_1k_in: 30, points_per_1k_out: 135, max_tokens: 20000 }
    - { poe_name: GPT-4.1-mini, points_per_1k_in: 30, points_per_1k_out: 135, max_tokens: 80000 }`),
    });
    const messages = [
      { role: 'user', content: long },
      { role: 'user', content: long },
      { role: 'user', content: '[[sandbox: ok]]' },
    ];
    const capped = await chat(url, { model: 'GPT-5.4-Mini', messages, stream: false });
    expect(capped.status).toBe(200);
    expect((await chat(url, { model: 'GPT-4.1-mini', messages, stream: false })).status).toBe(402);
  });

  it('over POINTS_PER_MESSAGE_WARN is said in the footer, with cheaper models', async () => {
    const { url } = await start({ POINTS_PER_MESSAGE_WARN: '5', MAX_POINTS_PER_MESSAGE: '70' });
    const message = ask('ok tokens=3000', { model: 'GPT-5.4-Mini' });
    const { content } = readStream((await chat(url, message)).text);
    const [, footer = ''] = content.split('\n\n---\n');
    expect(footer).toMatch(
      /^Tokens: .*\| Points: \d+ \| Balance: [\d,]+\nWarning: above 5 points\. Cheaper for this size: .+ \([\d,]+\)\.\nLimit: above 70 points per message/,
    );
    // It has learned how long these answers are: the next one is refused.
    const next = await chat(url, { ...message, model: 'GPT-5.4-Mini' });
    expect(next.status).toBe(402);
  });
});
