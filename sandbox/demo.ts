import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startSandbox } from './start-sandbox.ts';

/** The gateway on a simulated Poe: everything can be tried, nothing costs anything. */
const PREFERRED_PORT = 8080;
const KEY = 'sandbox-key';
const root = new URL('..', import.meta.url);

const sandbox = await startSandbox({
  keys: [{ name: 'Demo', key: KEY }],
  ledgerLagMs: [100, 600],
  chunkDelayMs: 20,
  mediaDelayMs: 1500,
});
const port = process.env.PORT ?? String(await freePort());
const gateway = spawn(process.execPath, [fileURLToPath(new URL('dist/main.js', root))], {
  // Not the repository: a .env there may hold a real key.
  cwd: tmpdir(),
  env: {
    PATH: process.env.PATH,
    HOST: '127.0.0.1',
    PORT: port,
    MANAGEMENT_PORT: '0',
    MODELS_FILE: fileURLToPath(new URL('models.yaml', root)),
    POE_API_KEY: KEY,
    POE_BASE_URL: sandbox.url,
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => gateway.kill('SIGTERM'));
}
gateway.once('exit', (code) => {
  void sandbox.close().finally(() => process.exit(code ?? 0));
});
await showOutput(gateway);

/** Greets when the gateway is ready, then passes its log on. */
async function showOutput({ stdout }: ChildProcess): Promise<void> {
  if (!stdout) return;
  for await (const line of createInterface({ input: stdout })) {
    const entry = JSON.parse(line) as { msg?: string; url?: string; level?: string };
    if (entry.msg === 'ready') console.log(greeting(entry.url ?? ''));
    else if (entry.msg === 'request' || entry.level === 'error') console.log(line);
  }
}

function greeting(url: string): string {
  const curl = (body: object) =>
    `curl -N ${url}/v1/chat/completions -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
  const messages = [{ role: 'user', content: 'What is a point?' }];
  return `poe-proxy is ready: ${url}

It runs on a simulated Poe (${sandbox.url}): answers are made up, nothing is spent.
Try it:

  ${curl({ model: 'Claude-Haiku-4.5', stream: true, messages })}

  ${curl({ model: 'GPT-5.4-Mini', stream: false, messages })}

OpenAI clients: base URL ${url}/v1, any API key. Failures on demand: sandbox/README.md.
Balance: ${sandbox.balance.toLocaleString('en-US')} points. Ctrl-C stops both.
`;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(PREFERRED_PORT, '127.0.0.1', () => {
      resolve(true);
    });
  });
  if (isFree) {
    probe.close();
    await once(probe, 'close');
  }
  return isFree ? PREFERRED_PORT : 0;
}
