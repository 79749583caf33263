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

describe('markers for one bot', () => {
  const prompt = '[[sandbox GPT-4.1: unavailable ok]] [[sandbox: overloaded]]';
  const statusOf = async (model: string) =>
    (await ask(sandbox, { model, ...userMessage(prompt) })).status;

  it('count its calls only, whatever the case of its name, and go before one for all', async () => {
    expect(await statusOf('gpt-4.1')).toBe(503);
    expect(await statusOf('GPT-5.4-Mini')).toBe(529);
    expect(await statusOf('GPT-4.1')).toBe(200);
  });

  it('leave other bots to the script', async () => {
    sandbox.script('overloaded');
    const content = userMessage('[[sandbox GPT-4.1: unavailable]]');
    expect((await ask(sandbox, { model: 'GPT-5.4-Mini', ...content })).status).toBe(529);
    expect((await ask(sandbox, { model: 'GPT-5.4-Mini', ...content })).status).toBe(200);
  });

  it('name one that there is', async () => {
    const response = await ask(sandbox, userMessage('[[sandbox GPT-41: unavailable]]'));
    expect(response.status).toBe(400);
    expect(errorMessage(response)).toMatch(/there is no bot "GPT-41"/);
  });
});

describe('outage', () => {
  it('is the answer of the bots it names until it is over, and uses up no step', async () => {
    sandbox.outage = { scenario: 'unavailable', bots: ['GPT-4.1'] };
    expect(await statuses(2, '[[sandbox: overloaded ok]]')).toEqual([503, 503]);
    expect((await ask(sandbox, { model: 'GPT-5.4-Mini' })).status).toBe(200);
    sandbox.outage = undefined;
    expect(await statuses(2, '[[sandbox: overloaded ok]]')).toEqual([529, 200]);
  });

  it('is of all bots if it names none, and ends with a reset', async () => {
    sandbox.outage = { scenario: 'unavailable-retry-after after=9' };
    const response = await ask(sandbox);
    expect(response).toMatchObject({ status: 503, headers: { 'retry-after': '9' } });
    sandbox.reset();
    expect(await statuses(1, 'Hello')).toEqual([200]);
  });

  it('refuses scenarios and bots that there are not', async () => {
    const declare = (scenario: string, bot: string) => () => {
      sandbox.outage = { scenario, bots: [bot] };
    };
    expect(declare('nonsense', 'GPT-4.1')).toThrow(/unknown scenario "nonsense"/);
    expect(declare('unavailable', 'nobody')).toThrow(/no bot "nobody"/);
    expect(await statuses(1, 'Hello')).toEqual([200]);
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
