import { hash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuthConfig } from '../config/config.ts';
import { ANONYMOUS, type Caller } from './caller.ts';

const BEARER = /^bearer +(\S+) *$/i;

/** The keys that open the gateway. Only digests of the secrets are kept. */
@Injectable()
export class KeyRing {
  readonly #open: boolean;
  readonly #keys: readonly { caller: Caller; digest: Buffer }[];

  constructor(config: AuthConfig) {
    this.#open = config.mode === 'open';
    this.#keys = config.keys.map(({ name, secret }) => ({
      caller: Object.freeze({ name }),
      digest: sha256(secret),
    }));
  }

  /** True when whoever calls is likely the one who set POE_API_KEY. */
  get isOpen(): boolean {
    return this.#open;
  }

  /**
   * The caller behind an `Authorization` header, or undefined. All keys are compared, each in
   * constant time, so that the time taken tells nothing about any of them.
   */
  identify(authorization: string | undefined): Caller | undefined {
    if (this.#open) return ANONYMOUS;
    const secret = BEARER.exec(authorization ?? '')?.[1];
    if (secret === undefined) return undefined;
    const digest = sha256(secret);
    let found: Caller | undefined;
    for (const key of this.#keys) {
      if (timingSafeEqual(key.digest, digest)) found = key.caller;
    }
    return found;
  }
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
