import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../start-sandbox.ts';
import { ask, get, userMessage } from './ask.ts';
import { streamShape } from './stream-events.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(async () => {
  await sandbox.close();
});

function hello(marker: string, stream: boolean) {
  return { stream, ...userMessage(`[[sandbox: ${marker}]]`) };
}

/** Resolves when the sandbox has begun to work on a call. */
function arrival(): Promise<unknown> {
  return expect.poll(() => sandbox.openCalls()).toBe(1);
}

async function journalled(): Promise<unknown> {
  await expect.poll(() => sandbox.openCalls()).toBe(0);
  return sandbox.journal[0];
}

describe('a client that leaves a stream', () => {
  it('before the headers: costs nothing', async () => {
    const body = hello('ok headers=60000', true);
    const response = await ask(sandbox, body, { leaveAfter: arrival() });

    expect(response.status).toBe(0);
    const entry = await journalled();
    expect(entry).toMatchObject({ outcome: 'aborted', framesSent: 0 });
    expect(entry).not.toHaveProperty('status');
    expect(sandbox.ledger).toHaveLength(0);
  });

  it('before the first token: costs its prompt', async () => {
    const body = hello('ok first=60000 prompt=8369', true);
    const response = await ask(sandbox, body, { leaveWhen: () => true });

    expect(response).toMatchObject({ status: 200, body: '' });
    expect(await journalled()).toMatchObject({ outcome: 'aborted', status: 200, framesSent: 0 });
    expect(sandbox.ledger[0]?.cost_breakdown_in_points).not.toHaveProperty('Output');
  });

  it('mid-stream: costs what was sent', async () => {
    const body = hello('stall frames=3 tokens=50', true);
    const response = await ask(sandbox, body, {
      leaveWhen: (text) => streamShape(text) === 'RCCC',
    });

    expect(streamShape(response.body)).toBe('RCCC');
    const entry = await journalled();
    expect(entry).toMatchObject({ outcome: 'aborted', status: 200, framesSent: 4 });
    expect(sandbox.ledger[0]?.cost_breakdown_in_points.Output).toBe('1 point (3 tokens)');
    expect(entry).toMatchObject({ points: sandbox.ledger[0]?.cost_points });
  });

  it('mid-stream, while frames still come: no more of them are sent', async () => {
    const body = hello('ok delay=20 tokens=1000', true);
    await ask(sandbox, body, { leaveWhen: (text) => streamShape(text).includes('CC') });

    expect(await journalled()).toMatchObject({ outcome: 'aborted' });
    const sent = sandbox.journal[0]?.framesSent;
    expect(sent).toBeLessThan(1000);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(sandbox.journal[0]?.framesSent).toBe(sent);
  });

  it('that is a stub: costs nothing', async () => {
    await ask(sandbox, hello('late-400 first=60000', true), { leaveAfter: arrival() });
    expect(await journalled()).toMatchObject({ outcome: 'aborted', scenario: 'late-400' });
    expect(sandbox.ledger).toHaveLength(0);
  });
});

describe('a client that leaves a JSON answer', () => {
  it('while it waits: costs all of it', async () => {
    const body = hello('ok first=60000 tokens=40', false);
    const response = await ask(sandbox, body, { leaveAfter: arrival() });

    expect(response.status).toBe(0);
    expect(await journalled()).toMatchObject({ outcome: 'aborted' });
    expect(sandbox.ledger[0]?.cost_breakdown_in_points.Output).toMatch(/40 tokens/);
  });

  it('waits as long as a stream would take', async () => {
    const body = hello('ok delay=60000 tokens=2', false);
    const response = await ask(sandbox, body, { leaveAfter: arrival() });
    expect(response.status).toBe(0);
  });
});

describe('answers that a scenario cuts', () => {
  it('cost what was sent', async () => {
    await ask(sandbox, hello('cut-mid-stream frames=5 tokens=50', true));
    expect(sandbox.ledger[0]?.cost_breakdown_in_points.Output).toMatch(/\(5 tokens\)/);
  });

  it('cost all of it if they had finished', async () => {
    const body = hello('no-done-open tokens=50', true);
    await ask(sandbox, body, { leaveWhen: (text) => text.includes('"finish_reason":"stop"') });
    expect(sandbox.ledger[0]?.cost_breakdown_in_points.Output).toMatch(/\(50 tokens\)/);
    expect(await journalled()).toMatchObject({ outcome: 'aborted' });
    expect(sandbox.ledger).toHaveLength(1);
  });
});

it('billAborted: false makes all of these free', async () => {
  const lenient = await startSandbox({ billAborted: false });
  await ask(lenient, hello('cut-mid-stream', true));
  await ask(lenient, hello('ok', true));
  expect(lenient.ledger).toHaveLength(1);
  await lenient.close();
});

describe('reset', () => {
  it('forgets everything; a call from before does not bill any more', async () => {
    const goodbye = Promise.withResolvers<undefined>();
    const leaving = ask(sandbox, hello('stall', true), { leaveAfter: goodbye.promise });
    await expect.poll(() => sandbox.journal[0]?.framesSent).toBe(4);
    sandbox.addLedgerRow({});
    sandbox.balance = 5;
    sandbox.script('unavailable');
    sandbox.reset();

    goodbye.resolve(undefined);
    await leaving;
    await expect.poll(() => sandbox.openCalls()).toBe(0);
    expect(sandbox.journal).toHaveLength(0);
    expect(sandbox.ledger).toHaveLength(0);
    expect(sandbox.balance).toBe(1_000_000);
    expect((await ask(sandbox)).status).toBe(200);
  });
});

it('close destroys open sockets', async () => {
  const other = await startSandbox();
  const waiting = ask(other, hello('stall-before-headers', false));
  await expect.poll(() => other.openCalls()).toBe(1);
  await other.close();
  expect(['cut', 'reset']).toContain((await waiting).ending);
});

it('the journal has every request, with what was sent', async () => {
  await get(sandbox, '/v1/models?x=1');
  await ask(sandbox, { stream: true, user: 'me' }, { headers: { 'x-mine': 'yes' } });
  await get(sandbox, '/nowhere');

  expect(sandbox.journal).toMatchObject([
    { method: 'GET', path: '/v1/models?x=1', scenario: '', status: 200, outcome: 'completed' },
    {
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'x-mine': 'yes' },
      body: { user: 'me' },
      model: 'GPT-4.1',
      scenario: 'ok',
      stream: true,
      status: 200,
    },
    { path: '/nowhere', status: 404 },
  ]);
  expect(new Set(sandbox.journal.map(({ id }) => id)).size).toBe(3);
});
