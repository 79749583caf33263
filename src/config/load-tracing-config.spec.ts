import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from './load-config.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4318' };
const load = (settings: Record<string, string>) =>
  loadConfig({ POE_API_KEY: 'a-key', ...settings }).tracing;

it('is on where there is an endpoint, unless it is switched off', () => {
  expect(load({ OTEL_SERVICE_NAME: 'gateway' }).isOn).toBe(false);
  expect(load(ENDPOINT).isOn).toBe(true);
  expect(load({ ...ENDPOINT, OTEL_SDK_DISABLED: 'true' }).isOn).toBe(false);
});

it('hands on what the packages read, and nothing else', () => {
  const mine = { OTEL_SERVICE_NAME: 'gateway', OTEL_RESOURCE_ATTRIBUTES: 'a=b' };
  const exporter = { ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '500' };
  const others = { OTEL_TRACES_SAMPLER: 'always_on', OTEL_LOG_LEVEL: 'debug', PATH: '/bin' };
  expect(load({ ...mine, ...exporter, ...others }).variables).toEqual({ ...mine, ...exporter });
});

it('takes headers, which are secret, from a file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'poe-proxy-otel-')), 'headers');
  writeFileSync(file, 'authorization=Bearer%20secret\n');
  const { variables } = load({ ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS_FILE: file });
  expect(variables.OTEL_EXPORTER_OTLP_HEADERS).toBe('authorization=Bearer%20secret');
});

it.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'otel-collector:4318'],
  ['OTEL_TRACES_SAMPLER', 'sometimes'],
  ['OTEL_TRACES_SAMPLER_ARG', '2'],
  ['OTEL_SDK_DISABLED', 'perhaps'],
  ['OTEL_BSP_MAX_QUEUE_SIZE', '0'],
])('refuses %s=%s', (name, value) => {
  expect(() => load({ [name]: value })).toThrow(new RegExp(`${name} must be`));
});
