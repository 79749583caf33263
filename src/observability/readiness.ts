import { Injectable } from '@nestjs/common';
import { Drain } from './drain.ts';

/**
 * Whether this instance should get traffic. Only its own state counts: if Poe or a store being
 * away made it unready, one blip would take away every replica at once.
 */
@Injectable()
export class Readiness {
  #registryLoaded = false;

  constructor(private readonly drain: Drain) {}

  registryLoaded(): void {
    this.#registryLoaded = true;
  }

  /** The end does not undo it: who is drained has started. */
  get hasStarted(): boolean {
    return this.#registryLoaded;
  }

  get status(): 'ready' | 'starting' | 'draining' {
    if (this.drain.leaving) return 'draining';
    return this.hasStarted ? 'ready' : 'starting';
  }
}
