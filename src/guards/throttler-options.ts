import type { ThrottlerModuleOptions } from '@nestjs/throttler';
import type { RateLimitConfig } from '../config/config.ts';
import { BoundedThrottlerStorage } from './bounded-throttler-storage.ts';

/** What ThrottlerModule is to be told; for the package a limit of 0 would not mean off. */
export function throttlerOptions({ requests, windowMs }: RateLimitConfig): ThrottlerModuleOptions {
  return {
    throttlers: [{ limit: requests, ttl: windowMs, skipIf: () => requests === 0 }],
    storage: new BoundedThrottlerStorage(),
  };
}
