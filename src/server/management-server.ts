import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { ServerConfig } from '../config/config.ts';
import { createHttpServer } from './create-http-server.ts';
import { markAsManagement } from './listener-constraint.ts';

/**
 * A second listener in front of the same application: metrics, and later admin and console, on a
 * port that users never reach. It outlives the public one, so that a drain can be watched.
 */
@Injectable()
export class ManagementServer implements OnApplicationShutdown {
  readonly #server: Server;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly config: ServerConfig,
  ) {
    this.#server = createHttpServer(config.http, (request, response) => {
      markAsManagement(request);
      this.adapterHost.httpAdapter.getInstance<FastifyInstance>().routing(request, response);
    });
  }

  /** To be called once the application listens; fails with the listening error, such as EADDRINUSE. */
  listen(): Promise<AddressInfo> {
    const { managementHost, managementPort } = this.config;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(managementPort, managementHost, () => {
        this.#server.off('error', reject);
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  onApplicationShutdown(): void {
    this.#server.close();
  }
}
