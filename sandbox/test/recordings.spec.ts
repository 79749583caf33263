import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isJsonObject, type JsonObject } from '../json.ts';
import { type Sandbox, startSandbox } from '../start-sandbox.ts';
import { ask, get, jsonOf } from './ask.ts';

/** Recorded exchanges with the real API; not part of the project, so they may be absent. */
const RECORDINGS = process.env.SANDBOX_RECORDINGS ?? '../shared/recordings';

interface Recording {
  readonly request: JsonObject;
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
}

/** Came after the catalogue was recorded. */
const NEWER_BOTS = [
  'deepseek-v4-pro-el',
  'claude-opus-4.8',
  'claude-opus-4.7',
  'gpt-5.5',
  'gpt-5.5-pro',
  'gemini-3.5-flash',
  'kimi-k2.6',
];

/** The recorded headers whose values are always the same. */
const HEADERS = [
  'access-control-allow-headers',
  'access-control-allow-origin',
  'cf-cache-status',
  'content-type',
  'openai-version',
  'server',
  'strict-transport-security',
];

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ mediaDelayMs: 0 });
});

afterAll(async () => {
  await sandbox.close();
});

if (existsSync(RECORDINGS)) compareWithRecordings();
else
  it.skip(`recordings: none at ${path.resolve(RECORDINGS)} (SANDBOX_RECORDINGS), so not compared`);

function compareWithRecordings(): void {
  const folder = path.join(RECORDINGS, 'poe');
  const files = readdirSync(folder).filter((name) => name.startsWith('chat-completions-'));

  // All of them are of the legacy handler: the 400 among them says so in its headers.
  it.each(files)('%s: same status, keys in the same order, same types', async (file) => {
    const { request, response: recorded } = readJson(path.join(folder, file)) as Recording;
    const headers = { 'poe-feature': 'chat-completions-legacy' };
    const response = await ask(sandbox, request, { headers });

    expect(response.status).toBe(recorded.status);
    expect(outline(jsonOf(response))).toBe(outline(recorded.body));
    for (const name of HEADERS) {
      expect(response.headers[name]).toBe(recorded.headers[name]);
    }
  });

  it('has recordings to compare with', () => {
    expect(files.length).toBeGreaterThan(50);
  });

  describe('the catalogue', () => {
    it('says of each bot what the real one does', async () => {
      const recorded = entriesOf(readJson(path.join(RECORDINGS, 'poe-models.json')));
      const simulated = entriesOf(jsonOf(await get(sandbox, '/v1/models')));
      const known = [...simulated].filter(([id]) => recorded.has(id));

      const newer = [...simulated.keys()].filter((id) => !recorded.has(id));
      expect(newer).toEqual(NEWER_BOTS);
      for (const [id, entry] of known) {
        const { parameters: _, ...facts } = recorded.get(id) ?? {};
        const { metadata, ...expected } = facts;
        expect(entry).toMatchObject({ ...expected, metadata: metadata as JsonObject });
      }
    });
  });
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function entriesOf(catalogue: unknown): Map<unknown, JsonObject> {
  const data = isJsonObject(catalogue) ? (catalogue.data as JsonObject[]) : [];
  return new Map(data.map((entry) => [entry.id, entry]));
}

/** Keys in their order with the JSON types of their values. */
function outline(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map(outline).join(',')}]`;
  if (!isJsonObject(value)) return typeof value;
  const members = Object.entries(value).map(([key, member]) => `${key}:${outline(member)}`);
  return `{${members.join(',')}}`;
}
