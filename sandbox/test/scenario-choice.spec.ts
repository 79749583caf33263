import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../start-sandbox.ts';
import { ask, contentOf, errorMessage, userMessage } from './ask.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

beforeEach(() => {
  sandbox.reset();
});

afterAll(async () => {
  await sandbox.close();
});

async function statuses(calls: number, content: string): Promise<number[]> {
  const seen: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    seen.push((await ask(sandbox, userMessage(content))).status);
  }
  return seen;
}

describe('markers', () => {
  it('each call takes the next step, and the last one stays', async () => {
    const seen = await statuses(4, 'Hello [[sandbox: unavailable overloaded ok]]');
    expect(seen).toEqual([503, 529, 200, 200]);
  });

  it('are told apart by their text', async () => {
    expect(await statuses(1, '[[sandbox: unavailable ok id=1]]')).toEqual([503]);
    expect(await statuses(2, '[[sandbox: unavailable ok id=2]]')).toEqual([503, 200]);
    expect(await statuses(1, '[[sandbox: unavailable ok id=1]]')).toEqual([200]);
  });

  it('count in the last user message only, in parts as well', async () => {
    const response = await ask(sandbox, {
      messages: [
        { role: 'user', content: '[[sandbox: unavailable]]' },
        { role: 'assistant', content: 'Sorry.' },
        { role: 'user', content: [{ type: 'text', text: '[[sandbox: say=Better%21]]' }] },
      ],
    });
    expect(contentOf(response)).toBe('Better!');
  });

  it('come before the script, which they leave as it is', async () => {
    sandbox.script('unavailable');
    expect(await statuses(1, '[[sandbox: overloaded]]')).toEqual([529]);
    expect(await statuses(2, 'Hello')).toEqual([503, 200]);
  });

  it('with a mistake are a 400 that says what there is', async () => {
    const response = await ask(sandbox, userMessage('[[sandbox: stal]]'));
    expect(response.status).toBe(400);
    expect(errorMessage(response)).toMatch(/unknown scenario "stal"; there are ok, .*stall/);

    const parameter = await ask(sandbox, userMessage('[[sandbox: ok tokns=2]]'));
    expect(errorMessage(parameter)).toMatch(/unknown parameter "tokns"; there are tokens/);
  });
});

describe('script', () => {
  it('serves one call each, with parameters, and then there is none', async () => {
    sandbox.script('unavailable', 'ok say=Two');
    expect(await statuses(1, 'Hello')).toEqual([503]);
    expect(contentOf(await ask(sandbox))).toBe('Two');
    expect(contentOf(await ask(sandbox))).not.toBe('Two');
    expect(sandbox.journal.map(({ scenario }) => scenario)).toEqual(['unavailable', 'ok', 'ok']);
  });

  it('is not used up by a call with a wrong key', async () => {
    sandbox.script('unavailable');
    const refused = await ask(sandbox, {}, { headers: { authorization: 'Bearer other' } });
    expect(refused.status).toBe(401);
    expect(await statuses(1, 'Hello')).toEqual([503]);
  });

  it('refuses a name that is none, and queues nothing then', async () => {
    expect(() => {
      sandbox.script('unavailable', 'nonsense');
    }).toThrow(/unknown scenario "nonsense"/);
    expect(await statuses(1, 'Hello')).toEqual([200]);
  });
});
