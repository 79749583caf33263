import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Log } from '../observability/log.ts';
import { Database } from './database.ts';
import { Instance } from './instance.ts';
import { Lease } from './lease.ts';

const RENEW_MS = 5000;

/** The tasks that one process does for the whole deployment. */
@Injectable()
export class Leases implements OnModuleDestroy {
  readonly #leases: Lease[] = [];
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(
    @Inject(Database) private readonly database: Database | undefined,
    private readonly instance: Instance,
    private readonly log: Log,
  ) {}

  /** From now on it tries to get the lease and to keep it. Without a database there are no others. */
  compete(name: string): Pick<Lease, 'isHeld'> {
    if (!this.database) return { isHeld: true };
    const lease = new Lease(this.database, name, this.instance.id);
    const renew = () => {
      // A lost database was logged already, and makes it end by itself.
      lease.renew().catch((error: unknown) => {
        if (this.database?.isUp) this.log.warn({ lease: name, reason: String(error) }, 'No lease');
      });
    };
    renew();
    this.#leases.push(lease);
    this.#timers.push(setInterval(renew, RENEW_MS).unref());
    return lease;
  }

  /** At the beginning of the end, so that others take over while this process is still draining. */
  onModuleDestroy(): void {
    for (const timer of this.#timers) clearInterval(timer);
    // Not waited for here, where a lost database would hold up the drain.
    const released = Promise.allSettled(this.#leases.map((lease) => lease.release()));
    this.database?.beforeClose(() => released);
  }
}
