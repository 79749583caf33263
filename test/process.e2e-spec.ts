import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { modelsFile } from './support/models-file.ts';
import { environmentFor, run, urlsOf, type Process } from './support/run-gateway.ts';
import { readStream } from './support/stream.ts';
import { until } from './support/until.ts';

describe('the process', () => {
  let sandbox: Sandbox;
  const running: Process[] = [];
  const start = (environment: Record<string, string> = {}, cwd?: string) => {
    const gateway = run('main.js', { ...environmentFor(sandbox.url), ...environment }, [], cwd);
    running.push(gateway);
    return gateway;
  };

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());
  afterEach(() => {
    for (const { child } of running.splice(0)) child.kill('SIGKILL');
  });

  it('starts from the environment alone, and is ready', async () => {
    const { url, management_url: management } = await urlsOf(start());
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({ status: 'ready' });
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${url}/health/startup`)).json()).toEqual({ status: 'ok' });
    expect((await fetch(`${management}/metrics`)).status).toBe(200);
    expect(await (await fetch(url)).json()).toMatchObject({
      name: 'poe-proxy',
      license: 'AGPL-3.0-only',
      source: expect.stringMatching(/^https:/) as string,
    });
  });

  it('logs how long the start took, and warns of a gateway that is open', async () => {
    const open = start();
    expect(await urlsOf(open)).toMatchObject({ startup_ms: expect.any(Number) as number });
    expect(open.output().stdout).toContain('AUTH=open: whoever reaches this port');
    const closed = start({ PROXY_API_KEYS: 'data:a-secret-of-the-data-team' });
    await urlsOf(closed);
    expect(closed.output().stdout).not.toContain('AUTH=open');
  });

  it('reads .env where it is started, and believes the environment first', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'poe-proxy-env-'));
    writeFileSync(join(cwd, '.env'), 'POINTS_CUTOFF=5000000\nLOG_LEVEL=silent\n');
    const { url } = await urlsOf(start({ LOG_LEVEL: 'info' }, cwd));
    const reply = await chat(url, ask('ok', { stream: false }));
    expect(reply.headers['x-poe-proxy-paused']).toBe('balance');
  });

  it.each([
    [
      'the environment',
      { PORT: 'many', FOOTER: 'maybe', POE_API_KEY: '' },
      /PORT .*\n.*FOOTER .*\n.*POE_API_KEY /,
    ],
    ['models.yaml', { MODELS_FILE: '/nowhere/models.yaml' }, /models\.yaml: .*\n.*MODELS_FILE/],
    [
      'both',
      { PORT: 'no', MODELS_FILE: '/nowhere/models.yaml' },
      /PORT .*\n.*models\.yaml: .*\n.*MODELS_FILE/,
    ],
    [
      'an entry',
      { MODELS_FILE: modelsFile('models:\n  text:\n    - base: 1\n') },
      /line 3: poe_name/,
    ],
  ])('refuses to start when %s is wrong, saying what and how', async (_what, environment, said) => {
    const gateway = start(environment);
    expect(await gateway.exit).toBe(1);
    expect(gateway.output().stderr).toMatch(said);
  });

  it('refuses to start on a port in use', async () => {
    const gateway = start({ PORT: new URL(sandbox.url).port });
    expect(await gateway.exit).toBe(1);
    expect(gateway.output().stderr).toContain('EADDRINUSE');
  });

  it('exits with 0 on SIGTERM, idle and half-open sockets or not', async () => {
    const gateway = start();
    const { url } = await urlsOf(gateway);
    await fetch(`${url}/health/live`);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\n');
    await until('the socket is accepted', () => socket.readyState === 'open');
    gateway.child.kill('SIGTERM');
    expect(await gateway.exit).toBe(0);
  });

  it('lets a running stream finish, then exits with 0', async () => {
    const gateway = start();
    const { url, management_url: management } = await urlsOf(gateway);
    const reply = chat(url, ask('ok tokens=20 delay=50'));
    await until('the answer runs', () => sandbox.openCalls() === 1);
    gateway.child.kill('SIGTERM');
    await until(
      'it is draining',
      async () => (await fetch(`${management}/health/ready`)).status === 503,
    );
    const stream = readStream((await reply).text);
    expect(stream.isDone).toBe(true);
    expect(stream.content).toContain('Points: ');
    expect(stream.content).not.toContain('est.');
    expect(await gateway.exit).toBe(0);
  });

  it('ends what is left after the grace with an error, and hangs up on Poe', async () => {
    const gateway = start({ SHUTDOWN_GRACE_SECONDS: '1' });
    const { url } = await urlsOf(gateway);
    const reply = chat(url, ask('stall'));
    await until('the answer runs', () => sandbox.openCalls() === 1);
    gateway.child.kill('SIGTERM');
    const { text, isComplete } = await reply;
    expect(readStream(text).error?.code).toBe('shutting_down');
    expect(readStream(text).isDone || isComplete).toBe(false);
    expect(await gateway.exit).toBe(0);
    await until('Poe sees the caller leave', () => sandbox.openCalls() === 0);
  });

  it('serves on for the delay, unready, and then refuses', async () => {
    const gateway = start({ SHUTDOWN_DELAY_SECONDS: '1' });
    const { url } = await urlsOf(gateway);
    const long = chat(url, ask('ok tokens=60 delay=50'));
    await until('the answer runs', () => sandbox.openCalls() === 1);
    gateway.child.kill('SIGTERM');
    await until('it is unready', async () => (await fetch(`${url}/health/ready`)).status === 503);
    // Without it the close would be the client's own wish.
    const keepAlive = { connection: 'keep-alive' };
    const served = await chat(url, ask('ok', { stream: false }), keepAlive);
    expect(served.status).toBe(200);
    expect(served.headers.connection).toBe('close');
    await until('it refuses', async () => (await chat(url, ask('ok'))).status === 503);
    expect(readStream((await long).text).isDone).toBe(true);
    expect(await gateway.exit).toBe(0);
  });
});

describe('the commands', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  it('check-config says that all is well', async () => {
    const check = run('check-config.js', environmentFor(sandbox.url));
    expect(await check.exit).toBe(0);
    expect(check.output().stdout).toContain('valid');
  });

  it('check-config lists the faults of both', async () => {
    const file = modelsFile('models:\n  text:\n    - { poe_name: A, prize: 1 }\n');
    const check = run('check-config.js', { PORT: '-1', MODELS_FILE: file });
    expect(await check.exit).toBe(1);
    expect(check.output().stderr).toMatch(/PORT[^]*POE_API_KEY[^]*unknown member "prize"/);
  });

  it('list-models marks what is served', async () => {
    const list = run('list-models.js', environmentFor(sandbox.url), ['claude-haiku']);
    expect(await list.exit).toBe(0);
    expect(list.output().stdout).toMatch(
      /^\* +Claude-Haiku-4\.5 +text +192,000 +29 in \/ 144 out/m,
    );
  });

  it('list-models --yaml prints entries that models.yaml takes', async () => {
    const list = run('list-models.js', environmentFor(sandbox.url), ['--yaml']);
    expect(await list.exit).toBe(0);
    const file = modelsFile(list.output().stdout);
    const check = run('check-config.js', { ...environmentFor(sandbox.url), MODELS_FILE: file });
    await check.exit;
    expect(check.output().stderr).toBe('');
  });

  it('list-models needs a key, and says so', async () => {
    const list = run('list-models.js', { ...environmentFor(sandbox.url), POE_API_KEY: '' });
    expect(await list.exit).toBe(1);
    expect(list.output().stderr).toContain('POE_API_KEY is missing');
  });

  it('create-key makes a key whose entry a keys file takes', async () => {
    const made = run('create-key.js', {});
    expect(await made.exit).toBe(0);
    const [, text, entry] = /^(sk-poe-\S+)\n\n([^]+)$/.exec(made.output().stdout) ?? [];
    const file = join(mkdtempSync(join(tmpdir(), 'poe-proxy-keys-')), 'keys.yaml');
    writeFileSync(file, `${entry}    name: new\n`);
    const gateway = run('main.js', { ...environmentFor(sandbox.url), KEYS_FILE: file });
    const { url } = await urlsOf(gateway);
    const models = (headers: Record<string, string>) => fetch(`${url}/v1/models`, { headers });
    expect((await models({ authorization: `Bearer ${text}` })).status).toBe(200);
    expect((await models({})).status).toBe(401);
    gateway.child.kill('SIGTERM');
    await gateway.exit;
  });

  it('create-key refuses what is no id', async () => {
    const made = run('create-key.js', {}, ['ID']);
    expect(await made.exit).toBe(1);
    expect(made.output().stderr).toContain('An id has 12 letters');
  });
});
