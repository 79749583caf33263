import type { PacingConfig } from '../../config/config.ts';
import type { RedisLink } from '../../store/redis-link.ts';
import { LocalWindow } from './local-window.ts';
import { RedisWindow } from './redis-window.ts';
import type { RequestWindow, Taken } from './request-window.ts';

const MINUTE_MS = 60_000;
const PREFIX = 'poe-proxy:pace:';

/** A window for each account: shared through Redis where there is one, else of this process. */
export class RequestWindows {
  readonly #limit: number;
  readonly #link: RedisLink | undefined;

  constructor({ requestsPerMinute }: Pick<PacingConfig, 'requestsPerMinute'>, link?: RedisLink) {
    this.#limit = requestsPerMinute;
    this.#link = link;
  }

  of(account: string): RequestWindow {
    if (this.#limit === 0) return new NoWindow();
    const local = new LocalWindow(this.#limit, MINUTE_MS);
    return this.#link ? new RedisWindow(this.#link, `${PREFIX}${account}`, local) : local;
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
