import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { readStream } from './support/stream.ts';

const MODELS = ['Claude-Haiku-4.5', 'GPT-5.4-Mini', 'Gemini-3-Flash'] as const;
const REQUESTS = 60;

describe('sixty completions at once, the ledger up to 800 ms behind', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;

  beforeAll(async () => {
    sandbox = await startSandbox({ ledgerLagMs: [0, 800], seed: 42 });
    gateway = await startGateway(sandbox.url);
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it('shows the points of its own row under every answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: REQUESTS }, async (_, index) => {
        const id = `id=number-${index}-`;
        // Sizes that differ, so that no two rows cost the same by chance only.
        const steps = `ok tokens=${20 + index * 7} ${id}`;
        const model = MODELS[index % MODELS.length] ?? '';
        const stream = index % 2 === 0;
        const reply = await chat(gateway.url, ask(steps, { model, stream }));
        return { id, text: stream ? readStream(reply.text).content : contentOf(reply.text) };
      }),
    );
    for (const { id, text } of answers) {
      const call = sandbox.journal.find(({ body }) => JSON.stringify(body ?? '').includes(id));
      const points = call?.points?.toLocaleString('en-US');
      expect(text).toContain(`| Points: ${points} | Balance: `);
    }
    expect(new Set(answers.map(({ text }) => text)).size).toBe(REQUESTS);
  });

  it('asked for the history once at a time, and at most once a second', () => {
    const starts = sandbox.journal
      .filter(({ path }) => path.startsWith('/usage/points_history'))
      .map(({ receivedAt }) => receivedAt);
    expect(starts.length).toBeGreaterThan(1);
    const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
    // The pace is kept where calls begin; the way here takes a few milliseconds more or less.
    expect(Math.min(...gaps)).toBeGreaterThan(900);
  });
});

function contentOf(text: string): string {
  const completion = JSON.parse(text) as { choices: { message: { content: string } }[] };
  return completion.choices[0]?.message.content ?? '';
}
