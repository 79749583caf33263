import { HttpModule, type HttpModuleOptions } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { fetch, Request, Response } from 'undici';
import { PoeConfig } from '../config/config.ts';
import { PoeCatalogue } from './poe-catalogue.ts';
import { PoeConnectionModule } from './poe-connection.module.ts';
import { PoeDispatcher } from './poe-dispatcher.ts';

/** axios over the gateway's own connections, so that proxy and authorities are set in one place. */
function httpOptions({ dispatcher }: PoeDispatcher, config: PoeConfig): HttpModuleOptions {
  const fetchThroughPool: typeof fetch = (input, init) => fetch(input, { ...init, dispatcher });
  return {
    baseURL: config.baseUrl,
    timeout: config.usageTimeoutMs,
    adapter: 'fetch',
    // undici's types and the platform's own differ in name only.
    env: { fetch: fetchThroughPool, Request, Response } as unknown as NonNullable<
      HttpModuleOptions['env']
    >,
    // Whose key a request carries differs from one to the next: see authorization.ts.
    headers: { 'accept-encoding': 'identity' },
  };
}

/** The ways to Poe: raw connections for chat, axios for everything that is small and seldom. */
@Module({
  imports: [
    PoeConnectionModule,
    HttpModule.registerAsync({
      imports: [PoeConnectionModule],
      inject: [PoeDispatcher, PoeConfig],
      useFactory: httpOptions,
    }),
  ],
  providers: [PoeCatalogue],
  exports: [HttpModule, PoeConnectionModule, PoeCatalogue],
})
export class PoeModule {}
