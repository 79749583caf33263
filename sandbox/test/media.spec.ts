import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../start-sandbox.ts';
import { ask, completionOf, contentOf, userMessage } from './ask.ts';
import { streamChunks } from './stream-events.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ mediaDelayMs: 5 });
});

afterAll(async () => {
  await sandbox.close();
});

const FILE = 'https://pfst\\.cf2\\.poecdn\\.net/base';

it.each([
  ['GPT-Image-1', `!\\[A cat\\.png\\]\\((${FILE}/image/[0-9a-f]{64}\\?w=1024&h=1024)\\)\\n\\n\\1`],
  ['Sora-2', `${FILE}/video/[0-9a-f]{64}`],
  ['ElevenLabs-v3', `${FILE}/audio/[0-9a-f]{64}`],
])('%s answers with a link', async (model, pattern) => {
  const response = await ask(sandbox, { model, ...userMessage('A cat') });
  expect(contentOf(response)).toMatch(new RegExp(`^${pattern}$`));
  expect(response.headers['x-poe-feature-active']).toBe('chat-completions-legacy');
});

it("DALL-E's link says when it ends: in two hours", async () => {
  const content = contentOf(await ask(sandbox, { model: 'DALL-E-3' }));
  const end = /\bse=([^&]+)/.exec(content ?? '')?.[1];
  const hours = (Date.parse(decodeURIComponent(end ?? '')) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(1.9);
  expect(hours).toBeLessThanOrEqual(2);
});

it('Nano-Banana answers with text', async () => {
  expect(contentOf(await ask(sandbox, { model: 'Nano-Banana' }))).not.toMatch(/https/);
});

describe('usage is fictional', () => {
  it.each([
    ['GPT-Image-1', 60, 80],
    ['Sora-2', 0, 0],
    ['ElevenLabs-v3', 0, 0],
  ])('%s', async (model, least, most) => {
    const { usage } = completionOf(await ask(sandbox, { model, ...userMessage('A cat') }));
    expect(usage.prompt_tokens).toBe(2);
    expect(usage.completion_tokens).toBeGreaterThanOrEqual(least);
    expect(usage.completion_tokens).toBeLessThanOrEqual(most);
  });
});

it('a stream has stale progress text in front of the link', async () => {
  const response = await ask(sandbox, { model: 'Veo-3.1', stream: true });
  const text = streamChunks(response.body)
    .map((chunk) => {
      const [choice] = chunk.choices as { delta: { content?: string } }[];
      return choice?.delta.content ?? '';
    })
    .join('');
  expect(text).toMatch(/^(Generating video \(\ds elapsed\)…){3}https:\/\/pfst/);
});
