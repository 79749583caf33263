import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { until } from './support/until.ts';

const MODEL = 'GPT-5.4-Mini';
const SECRET = 'a-secret-of-the-data-team';
const bearer = { authorization: `Bearer ${SECRET}` };

const read = async ({ managementUrl }: Gateway) => (await fetch(`${managementUrl}/metrics`)).text();
/** Names and labels of what the gateway counts itself. */
const seriesOf = (text: string) =>
  text.split('\n').flatMap((line) => /^((?:gen_ai|poe_proxy)_.*) \S+$/.exec(line)?.[1] ?? []);

describe('the metrics', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;

  beforeAll(async () => {
    sandbox = await startSandbox({ requestsPerMinute: 100_000 });
    gateway = await startGateway(sandbox.url, {
      PROXY_API_KEYS: `data:${SECRET}`,
      FIRST_TOKEN_TIMEOUT_SECONDS: '0',
    });
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it('measure an answer in the words of OpenTelemetry', async () => {
    await chat(gateway.url, ask('ok tokens=20'), bearer);
    const labels = `gen_ai_operation_name="chat",gen_ai_provider_name="poe",gen_ai_request_model="${MODEL}",gen_ai_response_model="${MODEL}"`;
    const value = (name: string, more = '') => gateway.metric(`${name}{${labels}${more}}`);
    await until(
      'it is counted',
      async () => (await value('gen_ai_server_request_duration_seconds_count')) === 1,
    );
    const row = sandbox.ledger.find(({ bot_name: bot }) => bot === MODEL);
    const tokens = (type: string) =>
      value('gen_ai_client_token_usage_sum', `,gen_ai_token_type="${type}"`);
    expect(await tokens('output')).toBe(20);
    expect(await tokens('input')).toBeGreaterThan(0);
    const whole = await value('gen_ai_server_request_duration_seconds_sum');
    const first = await value('gen_ai_server_time_to_first_token_seconds_sum');
    const each = await value('gen_ai_server_time_per_output_token_seconds_sum');
    expect(first).toBeGreaterThan(0);
    // Its parts: until the first token, then nineteen more, then the footer.
    expect(first + 19 * each).toBeLessThan(whole);
    expect(await gateway.metric('poe_proxy_overhead_seconds_count')).toBe(1);
    expect(await gateway.metric('poe_proxy_ledger_lag_seconds_count')).toBe(1);
    expect(row?.cost_points).toBeGreaterThan(0);
    expect(await gateway.metric('poe_proxy_points_total')).toBe(row?.cost_points);
  });

  it('show the balance, what runs, and which settings are in force', async () => {
    const balance = () => gateway.metric('poe_proxy_balance_points{account="default"}');
    await until('the balance is known', async () => (await balance()) > 0);
    const text = await read(gateway);
    expect(text).toMatch(/^poe_proxy_build_info\{version="\d+\.\d+\.\d+",node_version="v\d+/m);
    expect(text).toContain('poe_proxy_config_last_reload_successful{file="models"} 1');
    // There is no Redis, so it is not away either.
    expect(text).not.toMatch(/^poe_proxy_redis_up /m);
  });

  it('grow by no series, whatever strangers send', async () => {
    await flood(3);
    const before = seriesOf(await read(gateway));
    expect(before).toContain(
      'poe_proxy_requests_total{route="other",model="other",team="none",status="404"}',
    );
    await flood(30);
    const text = await read(gateway);
    expect(seriesOf(text)).toEqual(before);
    expect(text).not.toContain('canary');
  });

  /** Paths, methods, models and keys that nobody has ever sent. */
  async function flood(rounds: number): Promise<void> {
    const METHODS = ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'MKCOL'];
    const word = () => `canary-${randomBytes(6).toString('hex')}`;
    for (let round = 0; round < rounds; round++) {
      const key = { authorization: `Bearer ${word()}` };
      await Promise.all([
        ...METHODS.map((method) => knock(`${gateway.url}/${word()}/${word()}`, method)),
        knock(`${gateway.url}/v1/models/${word()}?${word()}=${word()}`, 'GET', bearer),
        knock(`${gateway.url}/v1/${word()}`, 'POST', bearer),
        knock(`${gateway.managementUrl}/${word()}`, 'GET'),
        chat(gateway.url, ask('ok', { model: word() }), bearer),
        chat(gateway.url, ask('ok'), key),
        chat(gateway.url, ask('ok', { user: word(), [word()]: word() }), {
          ...bearer,
          'x-poe-proxy-footer': 'off',
          'x-request-id': word(),
          'user-agent': word(),
        }),
        chat(gateway.url, ask('moderation', { tools: [] }), bearer),
      ]);
    }
  }
});

function knock(url: string, method: string, headers = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers, agent: false }, (response) => {
      response.resume().once('close', resolve);
    });
    call.once('error', reject).end();
  });
}
