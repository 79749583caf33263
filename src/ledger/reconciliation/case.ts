import type { PoeKey } from '../../config/config.ts';
import type { RequestRow } from '../../store/schema.ts';
import type { Claimant } from './claimant.ts';

/** What an entry is sought for, and what is to be known once it is found. */
export interface Case extends Claimant {
  /** Undefined: the process died before it could write down the call. */
  readonly callId: string | undefined;
  readonly request: Pick<RequestRow, 'id' | 'team_id' | 'key_id' | 'opened_at' | 'model'>;
  /** Registry names of those that may have been asked. */
  readonly models: readonly string[];
  /** That it was made with, if it is configured still. */
  readonly key: PoeKey | undefined;
  /** Booked for it so far. */
  readonly points: number;
}
