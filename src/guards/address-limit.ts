import { Inject, Injectable } from '@nestjs/common';
import { normalizeIp, ThrottlerStorage } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { RateLimitConfig } from '../config/config.ts';
import type { ApiError } from '../errors/api-error.ts';
import { catalogue } from '../errors/catalogue.ts';

/** A proxy that is not trusted may put anything into the address; it is a key in memory. */
const LONGEST_ADDRESS = 64;
const IPV6_PREFIX = 64;

/** What one client counts as: its address, IPv6 by /64. */
export function addressOf({ ip }: Pick<FastifyRequest, 'ip'>): string {
  return normalizeIp(ip, IPV6_PREFIX).slice(0, LONGEST_ADDRESS);
}

/** 429 with all that a client needs to wait; times are seconds. */
export function rateLimited(limit: number, windowSeconds: number, wait: number): ApiError {
  return catalogue.rateLimited(limit, windowSeconds, Math.max(1, wait), {
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': `${Math.max(1, wait)}s`,
  });
}

/** Counts requests that are refused before the guards run: guessing keys has the same limit. */
@Injectable()
export class AddressLimit {
  constructor(
    @Inject(ThrottlerStorage) private readonly storage: ThrottlerStorage,
    private readonly config: RateLimitConfig,
  ) {}

  /** The error, once the address has used up its window. */
  async hit(request: FastifyRequest): Promise<ApiError | undefined> {
    const { requests, windowMs } = this.config;
    if (requests === 0) return undefined;
    const { isBlocked, timeToBlockExpire } = await this.storage.increment(
      addressOf(request),
      windowMs,
      requests,
      windowMs,
      'default',
    );
    return isBlocked ? rateLimited(requests, windowMs / 1000, timeToBlockExpire) : undefined;
  }
}
