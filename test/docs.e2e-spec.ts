import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ADMIN, askAdmin } from './support/admin-api.ts';
import { ask } from './support/chat.ts';
import { listRoutes } from './support/list-routes.ts';
import { environmentFor, run, urlsOf } from './support/run-gateway.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface ApiOperation {
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  readonly components: object;
}

const SECRET = 'a-key-of-a-team-0123456789';
const JSON_TYPE = 'application/json';

let sandbox: Sandbox;
let gateway: Gateway;
let document: Document;
let ajv: Ajv2020;
/** Operations of which a reply was seen. */
const seen = new Set<string>();

beforeAll(async () => {
  sandbox = await startSandbox();
  gateway = await startGateway(sandbox.url, {
    ...ADMIN,
    PROXY_API_KEYS: `ci:${SECRET}`,
    DATA_DIR: mkdtempSync(join(tmpdir(), 'poe-proxy-docs-')),
  });
  document = (await askAdmin(gateway, 'GET', '/docs-json')).body as unknown as Document;
  ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema(document, 'document');
});
afterAll(async () => {
  await gateway.close();
  await sandbox.close();
});

describe('The API document', () => {
  const operations = () =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        operation,
      })),
    );
  const expectValid = (schema: object | undefined, value: unknown, what: string) => {
    const validate = ajv.compile(absolute(schema ?? { not: {} }));
    validate(value);
    expect([what, validate.errors ?? []]).toEqual([what, []]);
  };
  /** Asks, and compares what goes and comes with what the document says of it. */
  const call = async (method: string, template: string, url = template, body?: unknown) => {
    const name = `${method} ${template}`;
    const operation = document.paths[template]?.[method.toLowerCase()];
    const authorization = { authorization: `Bearer ${SECRET}` };
    const headers = template.startsWith('/v1') ? authorization : {};
    const reply = await askAdmin(gateway, method, url, body, headers);
    const [path = '', query] = url.split('?');
    const { content } = operation?.responses[reply.status] ?? operation?.responses.default ?? {};
    const type = reply.headers.get('content-type')?.split(';')[0] ?? '';
    expect([path, Object.keys(content ?? {})]).toEqual([path, expect.arrayContaining([type])]);
    if (type === JSON_TYPE) expectValid(content?.[type]?.schema, reply.body, name);
    if (reply.status < 300) {
      const known = operation?.parameters?.map((parameter) => parameter.name);
      for (const parameter of new URLSearchParams(query).keys()) expect(known).toContain(parameter);
      if (body !== undefined) {
        expectValid(operation?.requestBody?.content?.[JSON_TYPE]?.schema, body, `body of ${name}`);
      }
      expect(operation?.responses).toHaveProperty(String(reply.status));
      seen.add(name);
    }
    return reply;
  };

  it('has every route of both ports, and no other', () => {
    const routes = listRoutes(gateway)
      .filter(({ method }) => method !== 'HEAD')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(
      operations()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual([...new Set(routes)].toSorted());
    for (const { name, operation } of operations()) {
      expect([name, operation.summary]).toEqual([name, expect.stringMatching(/^[A-Z]/)]);
      const scheme = /\/(admin|v1)\//.exec(name)?.[1];
      const needed = { admin: [{ admin: [] }], v1: [{ key: [] }] }[scheme ?? ''];
      expect([name, operation.security]).toEqual([name, needed]);
    }
  });

  it('says what replies are, and what is taken', async () => {
    await call('GET', '/');
    await call('GET', '/health/live');
    await call('GET', '/health/ready');
    await call('GET', '/health/startup');
    await call('GET', '/metrics');
    await call('GET', '/docs');
    await call('GET', '/docs/{file}', '/docs/start.js');
    await call('GET', '/docs-json');
    await call('GET', '/v1/models');
    await call('GET', '/v1/models/{id}', '/v1/models/GPT-4.1');
    await call('GET', '/v1/models/{id}', '/v1/models/nobody');
    const chat = '/v1/chat/completions';
    await call('POST', chat, chat, ask('ok', { stream: false }));
    await call('POST', chat, chat, ask('ok'));
    await call('POST', chat, chat, ask('ok', { messages: 'none' }));

    await call('POST', '/admin/teams', '/admin/teams', { name: 'data', poe_account: null });
    await call('PATCH', '/admin/teams/{id}', '/admin/teams/data', { poe_account: 'default' });
    await call('GET', '/admin/teams', '/admin/teams?limit=1');
    const settings = {
      team: 'data',
      models: ['GPT-*'],
      expires: '2999-01-31',
      footer: 'off',
      max_streams: 3,
    };
    const all = { name: 'ci', enabled: true, heartbeat: null, tokens_per_minute: 5, ...settings };
    const made = await call('POST', '/admin/keys', '/admin/keys', all);
    const key = `/admin/keys/${String(made.body.id)}`;
    await call('POST', '/admin/keys', '/admin/keys', {});
    await call('GET', '/admin/keys', '/admin/keys?team=data&limit=5');
    await call('GET', '/admin/keys/{id}', key);
    await call('GET', '/admin/keys/{id}', '/admin/keys/nobody');
    await call('PATCH', '/admin/keys/{id}', key, { ...settings, footer: null, expires: null });
    await call('POST', '/admin/keys/{id}/rotate', `${key}/rotate`, { grace_seconds: 60 });
    await call('POST', '/admin/keys/{id}/disable', `${key}/disable`);
    const budget = { team: 'data', period: 'day', points: 10 };
    const { id } = (await call('POST', '/admin/budgets', '/admin/budgets', budget)).body;
    await call('PATCH', '/admin/budgets/{id}', `/admin/budgets/${String(id)}`, { points: 20 });
    await call('GET', '/admin/budgets');
    await call('GET', '/admin/holds', '/admin/holds?team=data');
    await call('GET', '/v1/usage');
    await call('GET', '/admin/usage', '/admin/usage?group_by=day,team,key,model&from=2020-01-01');
    await call('GET', '/admin/usage', '/admin/usage?format=csv');
    await call('GET', '/admin/requests', '/admin/requests?team=default&to=2999-01-01');
    await call('GET', '/admin/requests', '/admin/requests?format=csv');
    await call('GET', '/admin/audit', '/admin/audit?actor=ann&limit=100');
    await call('GET', '/admin/audit', '/admin/audit?colour=1');
    await call('GET', '/admin/reconciliation', '/admin/reconciliation?from=2026-01-01');
    await call(
      'GET',
      '/admin/reconciliation/{date}',
      '/admin/reconciliation/2026-01-31?kind=pending',
    );
    await call('GET', '/admin/reconciliation/{date}', '/admin/reconciliation/today');
    await call('GET', '/admin/balances', '/admin/balances?account=default&limit=5');
    await call('DELETE', '/admin/budgets/{id}', `/admin/budgets/${String(id)}`);
    await call('DELETE', '/admin/keys/{id}', key);
    await call('DELETE', '/admin/teams/{id}', '/admin/teams/data');
    // Nothing was left out.
    expect(
      operations()
        .map(({ name }) => name)
        .filter((name) => !seen.has(name)),
    ).toEqual([]);
  });
});

describe('The page of the API', () => {
  it('is made of what is here alone', async () => {
    const page = await askAdmin(gateway, 'GET', '/docs');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(`${String(policy)}${page.text}`).not.toMatch(/https?:|\/\//);
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
    expect(files).toHaveLength(3);
    for (const file of files) {
      const reply = await fetch(new URL(file, `${gateway.managementUrl}/docs`));
      expect([file, reply.status]).toEqual([file, 200]);
      expect(reply.headers.get('content-type')).toMatch(/^text\/(?:css|javascript)/);
      expect((await reply.text()).length).toBeGreaterThan(10);
    }
  });

  it.each(['package.json', 'swagger-ui.js.map', '..%2fpackage.json', 'toString'])(
    'gives no other file: %s',
    async (file) => {
      expect((await fetch(`${gateway.managementUrl}/docs/${file}`)).status).toBe(404);
    },
  );

  it('does not come with what reports home', () => {
    const folder = new URL('../node_modules/', import.meta.url);
    expect(existsSync(new URL('swagger-ui-dist', folder))).toBe(true);
    expect(existsSync(new URL('@scarf', folder))).toBe(false);
  });

  it('costs nothing before it is asked for', async () => {
    const preload = fileURLToPath(new URL('fixtures/print-packages.ts', import.meta.url));
    const built = run('main.js', environmentFor(sandbox.url), [], undefined, ['--import', preload]);
    const imports = () => built.output().stderr.match(/(?<=^import ).*swagger.*$/gm);
    const { management_url: managementUrl } = await urlsOf(built);
    expect(built.output().stderr).toContain('import fastify');
    expect(imports()).toBeNull();
    expect((await askAdmin({ managementUrl }, 'GET', '/docs-json')).status).toBe(200);
    expect(imports()).toEqual(['@nestjs/swagger']);
    built.child.kill('SIGTERM');
    await built.exit;
  });
});

/** References are to the document that was added. */
function absolute(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object;
}
