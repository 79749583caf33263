import { CONVERSATION } from './conversation.ts';
import { FIRST_TOKEN } from './first-token.ts';
import type { Group } from './group.ts';
import { IDLE } from './idle.ts';
import { JSON_REQUESTS } from './json.ts';
import { STREAMS } from './streams.ts';

/** In the order in which they are measured. */
export const GROUPS: readonly Group[] = [IDLE, JSON_REQUESTS, FIRST_TOKEN, STREAMS, CONVERSATION];
