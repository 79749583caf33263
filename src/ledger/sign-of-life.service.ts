import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Log } from '../observability/log.ts';
import { isAway } from '../store/is-away.ts';
import { Database } from '../store/database.ts';
import { Instance } from '../store/instance.ts';
import { Lease } from '../store/lease.ts';

export const LIFE_PREFIX = 'instance:';
const RENEW_MS = 5000;

/**
 * Tells the others that share the database that this process lives, by a lease in its own name: the
 * open rows of one that does not are lost. It is there before the first request, and to the last.
 */
@Injectable()
export class SignOfLife implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database | undefined,
    private readonly instance: Instance,
    private readonly log: Log,
  ) {}

  async onModuleInit(): Promise<void> {
    if (!this.database) return;
    const lease = new Lease(this.database, `${LIFE_PREFIX}${this.instance.id}`, this.instance.id);
    const renew = async () => {
      try {
        await lease.renew();
      } catch (error) {
        // One that is away says so itself, once.
        if (!isAway(error)) this.log.error({ err: error }, 'no sign of life can be given');
      }
    };
    await renew();
    const timer = setInterval(() => void renew(), RENEW_MS).unref();
    this.database.beforeClose(async () => {
      clearInterval(timer);
      // While it is away the lease ends by itself.
      await lease.release().catch(() => undefined);
    });
  }
}
