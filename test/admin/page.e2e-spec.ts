import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ADMIN, ADMIN_SECRET } from '../support/admin-api.ts';
import { startGateway } from '../support/start-gateway.ts';

const page = readFileSync(new URL('../../docs/admin-api.md', import.meta.url), 'utf8');

it('the lines of docs/admin-api.md do what they say', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'poe-proxy-page-'));
  const gateway = await startGateway('http://127.0.0.1:1', { ...ADMIN, DATA_DIR: dataDir });
  const [, block = ''] = /```sh\n([^]*?)```/.exec(page) ?? [];
  const script = block.replace('http://127.0.0.1:9090', gateway.managementUrl);
  expect(script).not.toBe(block);
  const lines = script.replaceAll(/^admin .*$/gm, '$&; echo');
  const { stdout, stderr } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', lines], {
    env: { ...process.env, ADMIN_SECRET },
  });
  await gateway.close();
  expect(stderr).toBe('');
  const [team, key, budget, keys, csv, requests, audit] = stdout.split('\n').filter(Boolean);
  expect(team).toContain('"id":"data"');
  expect(key).toMatch(/"value":"sk-poe-/);
  expect(budget).toContain('"points":1000000');
  expect(keys).toMatch(/"name":"chat-ui".*"has_more":false/);
  expect(csv).toMatch(/^team,model,num_model_requests,/);
  expect(requests).toContain('"data":[]');
  expect(audit).toContain('"action":"team.create"');
});
