import type { FuzzTarget } from './target.ts';
import { callTarget } from './targets/call.target.ts';
import { catalogueTarget } from './targets/catalogue.target.ts';
import { completionTarget } from './targets/completion.target.ts';
import { errorBodyTarget } from './targets/error-body.target.ts';
import { failureTarget } from './targets/failure.target.ts';
import { historyTarget } from './targets/history.target.ts';
import { keysFileTarget } from './targets/keys-file.target.ts';
import { ladderTarget } from './targets/ladder.target.ts';
import { modelsFileTarget } from './targets/models-file.target.ts';
import { pendingTarget } from './targets/pending.target.ts';
import { requestTarget } from './targets/request.target.ts';
import { streamTarget } from './targets/stream.target.ts';
import { thrownTarget } from './targets/thrown.target.ts';

export const TARGETS: readonly FuzzTarget[] = [
  streamTarget,
  pendingTarget,
  completionTarget,
  callTarget,
  requestTarget,
  errorBodyTarget,
  failureTarget,
  ladderTarget,
  thrownTarget,
  historyTarget,
  catalogueTarget,
  modelsFileTarget,
  keysFileTarget,
];
