import type { DatabaseConnection } from 'kysely';
import type { Statement } from './statement.ts';

/** A connection that carries out many statements at once. */
export interface BatchConnection extends DatabaseConnection {
  /**
   * One transaction, in one message or round trip; on failure none of it is done.
   * @throws DatabaseError
   */
  executeBatch(statements: readonly Statement[]): Promise<void>;
}
