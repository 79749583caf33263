import { parentPort, workerData } from 'node:worker_threads';
import SQLite from 'better-sqlite3';
import type { Statement } from '../statement.ts';

// Node runs this file as it is, by stripping its types, when it is started from source. So neither
// it nor what it imports may use decorators, enums or parameter properties.

export interface SqliteSettings {
  readonly file: string;
  /** `full` survives a loss of power, `normal` that of the process. */
  readonly synchronous: 'normal' | 'full';
  readonly readonly?: boolean;
}

export interface SqliteRequest {
  readonly id: number;
  /** More than one are a transaction; `close` ends the thread. */
  readonly statements: readonly Statement[] | 'close';
}

export interface SqliteReply {
  readonly id: number;
  readonly rows?: Record<string, unknown>[];
  readonly changes?: number;
  readonly error?: { readonly code: string | undefined; readonly message: string };
}

/** How long another process may hold the write lock. */
const BUSY_MS = 2000;
/** There are far fewer: the bound is against statements with values written into them. */
const MOST_PREPARED = 500;

const settings = workerData as SqliteSettings;
const prepared = new Map<string, SQLite.Statement>();
let database: SQLite.Database | undefined;

function open(): SQLite.Database {
  const { file, synchronous, readonly = false } = settings;
  const opened = new SQLite(file, { timeout: BUSY_MS, readonly });
  try {
    // That of the file, once it is set.
    if (!readonly) opened.pragma('journal_mode = WAL');
    opened.pragma(`synchronous = ${synchronous}`);
    opened.pragma('foreign_keys = ON');
  } catch (error) {
    opened.close();
    throw error;
  }
  return opened;
}

function prepare(text: string): SQLite.Statement {
  const known = prepared.get(text);
  if (known) return known;
  database ??= open();
  const statement = database.prepare(text);
  if (prepared.size >= MOST_PREPARED) prepared.clear();
  prepared.set(text, statement);
  return statement;
}

function run({ sql, parameters }: Statement): Pick<SqliteReply, 'rows' | 'changes'> {
  // A full disk or the like has rolled it back already.
  if (sql === 'rollback' && !database?.inTransaction) return {};
  const statement = prepare(sql);
  if (statement.reader) return { rows: statement.all(parameters) as Record<string, unknown>[] };
  return { changes: statement.run(parameters).changes };
}

function runAll(statements: readonly Statement[]): Pick<SqliteReply, 'rows' | 'changes'> {
  const [only] = statements;
  if (only && statements.length === 1) return run(only);
  prepare('begin immediate').run();
  try {
    for (const statement of statements) run(statement);
    prepare('commit').run();
  } catch (error) {
    run({ sql: 'rollback', parameters: [] });
    throw error;
  }
  return {};
}

function answer({ id, statements }: SqliteRequest): SqliteReply {
  try {
    if (statements !== 'close') return { id, ...runAll(statements) };
    database?.close();
    return { id };
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return { id, error: { code, message } };
  }
}

parentPort?.on('message', (request: SqliteRequest) => {
  parentPort?.postMessage(answer(request));
  if (request.statements === 'close') parentPort?.close();
});
