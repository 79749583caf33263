import { describe, expect, it } from 'vitest';

import { startSandbox } from '../start-sandbox.ts';
import { ask, completionOf, userMessage, WEATHER_TOOL } from './ask.ts';

/** All that a seed decides, of three calls and their rows. */
async function run(seed: number): Promise<unknown> {
  const sandbox = await startSandbox({ seed, ledgerLagMs: [0, 800], mediaDelayMs: 0 });
  const answers: unknown[] = [];
  for (const body of [
    userMessage('Hello'),
    { ...userMessage('Weather?'), tools: [WEATHER_TOOL] },
    { ...userMessage('A cat'), model: 'Imagen-4' },
  ]) {
    const { headers, ...response } = await ask(sandbox, body);
    const { id, choices, usage } = completionOf({ headers, ...response });
    answers.push(id, choices, usage, headers['x-request-id'], headers['cf-ray']);
  }
  const byId = (row: { query_id: string; cost_points: number }) =>
    `${row.query_id} ${row.cost_points}`;
  answers.push(sandbox.ledger.map(byId).toSorted());
  await sandbox.close();
  return answers;
}

describe('a seed', () => {
  it('gives the same ids, answers and costs each time', async () => {
    expect(await run(7)).toEqual(await run(7));
  });

  it('gives others than another seed', async () => {
    expect(await run(7)).not.toEqual(await run(8));
  });

  it('gives one prompt one answer, whatever was asked before', async () => {
    const sandbox = await startSandbox();
    const first = completionOf(await ask(sandbox, userMessage('Hello')));
    await ask(sandbox, userMessage('Something else'));
    const second = completionOf(await ask(sandbox, userMessage('Hello')));
    expect(second.choices).toEqual(first.choices);
    expect(second.id).not.toBe(first.id);
    await sandbox.close();
  });
});
