import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import { PoeConfig } from '../config/config.ts';

/** Below the idle timeouts of usual load balancers, so that we hang up first and lose no request. */
const KEEP_ALIVE_MS = 30_000;

/** Each call has its own limit, which may be a model's; this only frees the socket in the end. */
const LONGEST_CONNECT_MS = 120_000;

/**
 * The one pool of connections to Poe, for chat and Usage calls alike: the corporate proxy and the
 * private certificate authority are set here and nowhere else.
 */
@Injectable()
export class PoeDispatcher implements OnApplicationShutdown {
  readonly origin: string;
  /** Path in front of Poe's own paths, usually empty. */
  readonly prefix: string;
  readonly dispatcher: Dispatcher;

  constructor(config: PoeConfig) {
    const url = new URL(config.baseUrl);
    this.origin = url.origin;
    this.prefix = url.pathname.replace(/\/$/, '');
    const options: Pool.Options = {
      connect: { timeout: LONGEST_CONNECT_MS, ...authorities(config.extraCaFile) },
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Answers may take minutes to begin; the deadline of the whole call bounds them instead.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    this.dispatcher = config.httpsProxy
      ? new EnvHttpProxyAgent({
          ...options,
          // None for an upstream without TLS; left out, undici would look into the environment.
          httpProxy: '',
          httpsProxy: config.httpsProxy,
          noProxy: config.noProxy,
          requestTls: options.connect as object,
          proxyTls: options.connect as object,
        })
      : new Pool(this.origin, options);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.dispatcher.destroy();
  }
}

/** Node reads NODE_EXTRA_CA_CERTS itself only if it was set before the process began: not in .env. */
function authorities(extraCaFile: string | undefined): { ca?: string[] } {
  if (extraCaFile === undefined) return {};
  return { ca: [...rootCertificates, readFileSync(extraCaFile, 'utf8')] };
}
