import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** Tells this gateway from others that share its stores, and from itself before a restart. */
@Injectable()
export class Instance {
  readonly id = randomUUID();
}
