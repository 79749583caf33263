import type { OnApplicationShutdown } from '@nestjs/common';
import type { PacingConfig } from '../../config/config.ts';
import type { Log } from '../../observability/log.ts';
import { LocalWindow } from './local-window.ts';
import { RedisLink } from './redis-link.ts';
import { RedisWindow } from './redis-window.ts';
import type { RequestWindow, Taken } from './request-window.ts';

const MINUTE_MS = 60_000;
const PREFIX = 'poe-proxy:pace:';

/** A window for each account: shared through Redis where there is one, else of this process. */
export class RequestWindows implements OnApplicationShutdown {
  private constructor(
    private readonly limit: number,
    private readonly link: RedisLink | undefined,
  ) {}

  static async open(config: PacingConfig, log: Log): Promise<RequestWindows> {
    const { requestsPerMinute, redisUrl } = config;
    const isShared = redisUrl !== undefined && requestsPerMinute > 0;
    const link = isShared ? await RedisLink.open(redisUrl, log) : undefined;
    return new RequestWindows(requestsPerMinute, link);
  }

  of(account: string): RequestWindow {
    if (this.limit === 0) return new NoWindow();
    const local = new LocalWindow(this.limit, MINUTE_MS);
    return this.link ? new RedisWindow(this.link, `${PREFIX}${account}`, local) : local;
  }

  onApplicationShutdown(): void {
    this.link?.close();
  }
}

class NoWindow implements RequestWindow {
  readonly limit = 0;
  readonly mostAtOnce = 1;

  take(wanted: number): Taken {
    return { count: wanted, waitMs: 0 };
  }

  used(): number {
    return 0;
  }
}
