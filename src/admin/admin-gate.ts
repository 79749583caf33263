import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AdminConfig } from '../config/config.ts';
import type { ApiError } from '../errors/api-error.ts';
import { catalogue } from '../errors/catalogue.ts';
import { addressOf } from '../guards/address-limit.ts';
import { BoundedThrottlerStorage } from '../guards/bounded-throttler-storage.ts';
import { readBearer } from '../keys/read-bearer.ts';
import { secretDigest } from '../keys/secret-digest.ts';
import { Log } from '../observability/log.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the admin token that was sent. */
    actor: string | undefined;
  }
}

/** Lets in who has a token of ADMIN_TOKEN. Of the tokens only digests are kept. */
@Injectable()
export class AdminGate {
  readonly #tokens: readonly { readonly name: string; readonly digest: Buffer }[];
  readonly #failures = new BoundedThrottlerStorage();

  constructor(
    private readonly config: AdminConfig,
    private readonly log: Log,
  ) {
    this.#tokens = config.tokens.map(({ name, secret }) => ({
      name,
      digest: secretDigest(secret),
    }));
  }

  /**
   * Notes on the request who sent it; or says why it may not come in, counts that against its
   * address and logs it. An address with too many failures learns nothing about its tokens for a
   * while.
   */
  refuse(request: FastifyRequest): ApiError | undefined {
    const { failures, windowMs } = this.config;
    const address = addressOf(request);
    const wait = this.#failures.peek(address, failures);
    if (wait > 0) return catalogue.tooManyFailures(wait);
    request.actor = this.#identify(request.headers.authorization);
    if (request.actor !== undefined) {
      request.facts.caller = `admin:${request.actor}`;
      return undefined;
    }
    void this.#failures.increment(address, windowMs, failures);
    this.log.warn({ request_id: request.facts.id, address }, 'a request without an admin token');
    return catalogue.invalidAdminToken();
  }

  /** All tokens are compared, in constant time. */
  #identify(authorization: string | undefined): string | undefined {
    const digest = secretDigest(readBearer(authorization) ?? '');
    const found = this.#tokens.filter((token) => timingSafeEqual(token.digest, digest));
    return found[0]?.name;
  }
}
