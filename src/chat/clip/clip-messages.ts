import type { ChatMessage } from '../request/chat-request.ts';
import { groupMessages, type Group } from './group-messages.ts';

/**
 * Which messages of a conversation stay so that it has at most `cap` tokens, as far as whole
 * messages can achieve that. Pinned messages and the last group always stay, and so does the last
 * user message: the oldest whole turns go first, then the oldest groups of the turn that is left.
 * @param counts tokens of each message
 * @returns indexes of the messages that stay, in order
 */
export function clipMessages(
  messages: readonly ChatMessage[],
  counts: readonly number[],
  cap: number,
): number[] {
  const groups = groupMessages(messages);
  const size = (group: Group) => group.indexes.reduce((sum, i) => sum + (counts[i] ?? 0), 0);
  const kept = new Set(groups);
  let total = groups.reduce((sum, group) => sum + size(group), 0);
  const drop = (group: Group) => {
    kept.delete(group);
    total -= size(group);
  };

  const lastTurn = lastTurnOf(groups);
  const older = groups.filter((group) => !group.pinned && group.turn < lastTurn);
  let going: number | undefined;
  for (const group of older) {
    if (total <= cap && group.turn !== going) break;
    going = group.turn;
    drop(group);
  }
  const last = groups.findLast((group) => !group.pinned);
  const lastUser = messages.findLastIndex((message) => message.role === 'user');
  for (const group of groups) {
    if (total <= cap) break;
    const mustStay = group.pinned || group === last || group.indexes.includes(lastUser);
    if (kept.has(group) && !mustStay) drop(group);
  }
  return [...kept].flatMap((group) => group.indexes).sort((a, b) => a - b);
}

/** The turn of the last user message; with none, all messages are one turn. */
function lastTurnOf(groups: readonly Group[]): number {
  return groups.findLast((group) => group.opensTurn)?.turn ?? 0;
}
