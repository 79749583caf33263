import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat, type ChatBody } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';

/** OpenAI's public OpenAPI document, the parts about chat; not part of the repository. */
const FILE =
  process.env.OPENAI_SCHEMAS ?? new URL('../../shared/openai-schemas.json', import.meta.url);

const tools = [
  {
    type: 'function',
    function: { name: 'weather', parameters: { type: 'object', properties: {} } },
  },
];
const BODIES: [string, ChatBody][] = [
  ['text', ask('ok')],
  ['text in the legacy dialect', ask('ok', { model: 'GLM-5' })],
  ['reasoning', ask('reasoning', { model: 'Grok-4.1-Fast-Reasoning' })],
  ['usage asked for', ask('ok', { stream_options: { include_usage: true } })],
  ['tool calls', ask('ok', { tools })],
  ['tool calls, legacy', ask('ok', { tools, model: 'Grok-4' })],
  ['tool call and finish in one chunk', ask('tool-call-with-finish', { tools })],
  ['tool calls without index', ask('missing-tool-index', { tools })],
  ['an empty answer', ask('empty-answer')],
  ['no usage', ask('finish-without-usage')],
  ['length', ask('ok', { max_tokens: 3 })],
  ['a picture', ask('ok', { model: 'Imagen-4' })],
  ['sound', ask('ok', { model: 'ElevenLabs-v3' })],
];

describe.skipIf(!existsSync(FILE))(`what is sent fits OpenAI's own schemas`, () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  let paused: Gateway;
  let validatorOf: (schema: string) => ValidateFunction;

  beforeAll(async () => {
    const document = withNulls(JSON.parse(readFileSync(FILE, 'utf8'))) as object;
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
    ajv.addSchema(document, 'openai');
    validatorOf = (schema) => {
      const validate = ajv.getSchema(`openai#/components/schemas/${schema}`);
      if (!validate) throw new Error(`no schema ${schema}`);
      return validate;
    };
    sandbox = await startSandbox();
    gateway = await startGateway(sandbox.url);
    paused = await startGateway(sandbox.url, { POINTS_CUTOFF: '2000000' });
  });
  afterAll(async () => {
    await gateway.close();
    await paused.close();
    await sandbox.close();
  });

  const expectValid = (schema: string, value: unknown) => {
    const validate = validatorOf(schema);
    validate(value);
    expect(validate.errors ?? []).toEqual([]);
  };
  const expectStream = (text: string) => {
    const frames = text.split('\n').filter((line) => line.startsWith('data: {'));
    expect(frames.length).toBeGreaterThan(0);
    for (const frame of frames) {
      expectValid('CreateChatCompletionStreamResponse', JSON.parse(frame.slice(6)));
    }
  };

  it.each(BODIES)('chunks: %s', async (_what, body) => {
    expectStream((await chat(gateway.url, { ...body, stream: true })).text);
  });

  it.each(BODIES)('answers: %s', async (_what, body) => {
    const reply = await chat(gateway.url, { ...body, stream: false, stream_options: undefined });
    expect(reply.status).toBe(200);
    expectValid('CreateChatCompletionResponse', JSON.parse(reply.text));
  });

  it('the paused answer, in both forms', async () => {
    expectStream((await chat(paused.url, ask('ok'))).text);
    const reply = await chat(paused.url, ask('ok', { stream: false }));
    expectValid('CreateChatCompletionResponse', JSON.parse(reply.text));
  });

  it('models', async () => {
    const list = await (await fetch(`${gateway.url}/v1/models`)).json();
    expectValid('ListModelsResponse', list);
    expectValid('Model', await (await fetch(`${gateway.url}/v1/models/GPT-4.1`)).json());
  });

  it.each(['insufficient-credits', 'bad-request-nested', 'bad-gateway', 'late-400'])(
    'errors: %s',
    async (scenario) => {
      const reply = await chat(gateway.url, ask(scenario, { stream: false }));
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expectValid('ErrorResponse', JSON.parse(reply.text));
    },
  );
});

/** `nullable` is OpenAPI's word, which JSON Schema does not know. */
function withNulls(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withNulls);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(schema).map(([name, member]) => [name, withNulls(member)]),
  );
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}
