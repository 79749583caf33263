import { ChatChunk } from '../chat-chunk.ts';
import { CompletionCollector } from './completion-collector.ts';
import { createHead, DONE, FrameWriter } from './frame-writer.ts';

const NO_USAGE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/** The paused text as a normal answer: an SSE body for a stream, else a completion. */
export function pausedReply(
  text: string,
  model: string,
  form: { readonly stream: boolean; readonly includeUsage: boolean },
): string | Record<string, unknown> {
  const head = createHead({ modelName: model });
  const chunks = [
    ChatChunk.of({ content: text }),
    ChatChunk.of({}, { finishReason: 'stop', usage: NO_USAGE }),
  ];
  if (form.stream) {
    const writer = new FrameWriter(head, form.includeUsage);
    return chunks.map((chunk) => writer.chunk(chunk)).join('') + DONE;
  }
  const collector = new CompletionCollector();
  for (const chunk of chunks) collector.add(chunk);
  return collector.toCompletion(head);
}
