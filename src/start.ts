import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import { InvalidConfiguration } from './config/invalid-configuration.ts';
import { readEnvironment } from './config/read-environment.ts';
import { createApp } from './create-app.ts';
import { loadSettings } from './load-settings.ts';
import { manifest } from './manifest.ts';
import { createLog } from './observability/create-log.ts';
import { exitGracefully } from './server/exit-gracefully.ts';
import { ManagementServer } from './server/management-server.ts';

/** For the last frames, the flush and the sockets, after delay and grace. */
const CLOSING_MS = 5000;

/** Runs the gateway until a signal, or an error that nobody caught; 1 when the configuration is wrong. */
export async function start(): Promise<void> {
  // As PID 1 of a container a process without a handler ignores the signal.
  process.on('SIGTERM', exitEarly);
  try {
    const config = loadSettings(readEnvironment());
    const log = createLog(config);
    await listen(await createApp(config, log), config, log);
  } catch (error) {
    console.error(error instanceof InvalidConfiguration ? error.message : error);
    // Half a gateway must not stay behind: a port in use is found out only after the start.
    process.exit(1);
  }
}

async function listen(app: NestFastifyApplication, config: Config, log: Logger): Promise<void> {
  const { shutdownDelayMs, shutdownGraceMs } = config.server;
  // Nest's own hooks for signals know neither a limit nor an exit code.
  exitGracefully({
    close: () => app.close(),
    log,
    limitMs: shutdownDelayMs + shutdownGraceMs + CLOSING_MS,
  });
  process.off('SIGTERM', exitEarly);
  await app.listen(config.server.port, config.server.host);
  const management = await app.get(ManagementServer).listen();
  if (config.auth.mode === 'open') {
    log.warn({}, 'AUTH=open: whoever reaches this port spends your points');
  }
  const ready = {
    version: manifest.version,
    url: urlOf(app.getHttpServer().address() as AddressInfo),
    management_url: urlOf(management),
    auth: config.auth.mode,
    startup_ms: Math.round(performance.now()),
  };
  log.info(ready, 'ready');
}

/** Nothing is being served yet. */
function exitEarly(): never {
  process.exit(0);
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
