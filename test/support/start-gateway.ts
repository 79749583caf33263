import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../src/app.module.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { configureApp } from '../../src/create-app.ts';
import { createLog } from '../../src/observability/create-log.ts';
import { createAdapter } from '../../src/server/create-adapter.ts';
import { ManagementServer } from '../../src/server/management-server.ts';

export type LogLine = Record<string, unknown>;

export interface Gateway {
  readonly url: string;
  readonly managementUrl: string;
  readonly app: NestFastifyApplication;
  readonly log: LogLine[];
  /** Log lines of finished requests. */
  requests(): LogLine[];
  metric(name: string): Promise<number>;
  close(): Promise<void>;
}

const MODELS = fileURLToPath(new URL('../../models.yaml', import.meta.url));

/** What no environment variable can say, such as times shorter than a second. */
export type Tweak = (config: Config) => Config;

/**
 * The real application on real sockets, through Nest's testing module. Rate limit, retry budget and
 * circuit breakers off, ports chosen by the system, unless `environment` says otherwise.
 */
export async function startGateway(
  poeUrl: string,
  environment: Record<string, string> = {},
  tweak: Tweak = (config) => config,
): Promise<Gateway> {
  const config = tweak(
    loadConfig({
      POE_API_KEY: 'sandbox-key',
      POE_BASE_URL: poeUrl,
      MODELS_FILE: MODELS,
      HOST: '127.0.0.1',
      PORT: '0',
      MANAGEMENT_PORT: '0',
      RATE_LIMIT_REQUESTS: '0',
      // A test that fails with an answer still running should not wait for it.
      SHUTDOWN_GRACE_SECONDS: '0',
      // One test's failures must not use up another's retries, nor open its circuit.
      RETRY_BUDGET_MIN: '1000',
      BREAKER_MIN_CALLS: '0',
      ...environment,
    }),
  );
  const log: LogLine[] = [];
  const logger = createLog(config, {
    write: (line) => {
      log.push(JSON.parse(line) as LogLine);
    },
  });
  const module = await Test.createTestingModule({
    imports: [AppModule.with(config, logger)],
  }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(createAdapter(config), {
    bodyParser: false,
    logger: false,
    forceCloseConnections: true,
  });
  configureApp(app, config);
  await app.listen(config.server.port, config.server.host);
  const management = await app.get(ManagementServer).listen();
  const managementUrl = `http://127.0.0.1:${management.port}`;
  return {
    url: `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`,
    managementUrl,
    app,
    log,
    requests: () => log.filter((line) => line.msg === 'request'),
    metric: (name) => readMetric(managementUrl, name),
    close: () => app.close(),
  };
}

/** Sum over all series of `name`, or the one whose labels are written as in `name{a="b"}`. */
async function readMetric(managementUrl: string, name: string): Promise<number> {
  const response = await fetch(`${managementUrl}/metrics`);
  const lines = (await response.text()).split('\n');
  return lines
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
