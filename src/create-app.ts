import { getHeapStatistics } from 'node:v8';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { AdminGate } from './admin/admin-gate.ts';
import { AppModule } from './app.module.ts';
import type { Config } from './config/config.ts';
import { AddressLimit } from './guards/address-limit.ts';
import { KeyRing } from './keys/key-ring.ts';
import { manifest } from './manifest.ts';
import { createLog } from './observability/create-log.ts';
import { Drain } from './observability/drain.ts';
import { Log } from './observability/log.ts';
import { Metrics } from './observability/metrics.ts';
import { NestLogger } from './observability/nest-logger.ts';
import { Tracing } from './observability/tracing/tracing.ts';
import { ApiDocument } from './openapi/api-document.ts';
import { acceptBodies } from './server/accept-bodies.ts';
import { BodyBytes } from './server/body-bytes.ts';
import { createAdapter } from './server/create-adapter.ts';
import { LoadShedder } from './server/load-shedder.ts';
import { refuseEarly } from './server/refuse-early.ts';
import { RequestRecorder } from './server/request-recorder.ts';
import { traceGuards } from './server/trace-guards.ts';

/**
 * The gateway, ready to listen.
 * @throws InvalidConfiguration when models.yaml is broken
 */
export async function createApp(
  config: Config,
  log: Logger = createLog(config),
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config, log),
    createAdapter(config),
    {
      logger: new NestLogger(log),
      bodyParser: false,
      abortOnError: false,
      // Idle and half-open sockets are closed, but only after beforeApplicationShutdown: see Drain.
      forceCloseConnections: true,
    },
  );
  configureApp(app, config);
  return app;
}

/** What an application needs besides its module; e2e tests call it for theirs. */
export function configureApp(app: NestFastifyApplication, config: Config): void {
  const fastify = app.getHttpAdapter().getInstance();
  const { http, bodyLimitBytes: bodyLimit, corsOrigins } = config.server;
  const metrics = get(app, Metrics);
  app.getHttpServer().on('drop', () => {
    metrics.shed.inc({ reason: 'connections' });
  });
  const [drain, limit] = [get(app, Drain), get(app, AddressLimit)];
  metrics.buildInfo.set({ version: manifest.version, node_version: process.version }, 1);
  const tracing = app.get<Tracing | undefined>(Tracing, { strict: false });
  const recorder = new RequestRecorder(
    metrics,
    get(app, Log),
    {
      share: config.log.sampleSuccesses,
      dearAbove: config.spending.pointsPerMessageWarn,
    },
    tracing,
  );
  fastify.decorate('witnesses', { drain, recorder });
  refuseEarly(fastify, {
    keys: get(app, KeyRing),
    limit,
    drain,
    gate: config.admin.tokens.length > 0 ? get(app, AdminGate) : undefined,
    shedder: get(app, LoadShedder),
    maxHeaders: http.maxHeaders,
  });
  get(app, ApiDocument).describes(app);
  if (tracing) traceGuards(fastify);
  const bytes = BodyBytes.for(getHeapStatistics().heap_size_limit);
  acceptBodies(fastify, { bodyLimit, bytes, limit });
  if (corsOrigins.length > 0) {
    app.enableCors({
      origin: [...corsOrigins],
      // Otherwise the package refuses an OPTIONS that is no preflight, in words of its own.
      strictPreflight: false,
    });
  }
}

function get<T>(app: INestApplication, token: abstract new (...args: never[]) => T): T {
  return app.get<T>(token, { strict: false });
}
