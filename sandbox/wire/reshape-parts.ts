import type { Answer } from '../chat/answer.ts';
import type { AnswerHead, Dialect } from '../dialects/dialect.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { Framing } from '../scenarios/scenario.ts';
import { type Part, wholeToolCalls } from './parts.ts';

/** Variants of the chunk sequence that were seen from one provider or another. */
export function reshapeParts(
  parts: readonly Part[],
  framing: Framing | undefined,
  source: { answer: Answer; head: AnswerHead; dialect: Dialect },
): readonly Part[] {
  switch (framing) {
    case 'usage-on-finish-chunk':
      return withoutUsage(parts).map((part) =>
        part.kind === 'finish' ? { ...part, withUsage: true } : part,
      );
    case 'without-usage':
      return withoutUsage(parts);
    case 'tool-call-with-finish':
      return toolCallsOnFinish(parts, source);
    case 'missing-tool-index':
      return parts.map((part) =>
        part.kind === 'tool' ? { ...part, delta: withoutIndex(part.delta ?? {}) } : part,
      );
    case 'role-in-first-content':
      return roleInNext(parts);
    default:
      return parts;
  }
}

function withoutUsage(parts: readonly Part[]): Part[] {
  return parts.filter((part) => part.kind !== 'usage');
}

function toolCallsOnFinish(
  parts: readonly Part[],
  { answer, head, dialect }: { answer: Answer; head: AnswerHead; dialect: Dialect },
): readonly Part[] {
  const tools = parts.filter((part) => part.kind === 'tool');
  if (tools.length === 0) return parts;
  const delta = wholeToolCalls(answer, head, dialect);
  const outputTokens = tools.reduce((sum, part) => sum + part.outputTokens, 0);
  return parts
    .filter((part) => part.kind !== 'tool')
    .map((part) => (part.kind === 'finish' ? { ...part, delta, outputTokens } : part));
}

function withoutIndex(delta: JsonObject): JsonObject {
  const calls = Array.isArray(delta.tool_calls) ? delta.tool_calls : [];
  return {
    ...delta,
    tool_calls: calls
      .filter(isJsonObject)
      .map((call) => Object.fromEntries(Object.entries(call).filter(([key]) => key !== 'index'))),
  };
}

function roleInNext(parts: readonly Part[]): Part[] {
  const [role, next, ...rest] = parts;
  if (role === undefined || next === undefined) return [...parts];
  return [
    {
      ...next,
      delta: { ...role.delta, ...next.delta },
      outputTokens: role.outputTokens + next.outputTokens,
    },
    ...rest,
  ];
}
