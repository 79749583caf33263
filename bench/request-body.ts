const SYSTEM =
  'You are a helpful assistant in a team of engineers. Answer briefly, and say so when you do not know.';
const QUESTION =
  'Our service keeps a connection to its database for each request, and at noon it runs out of them. ' +
  'Which of a pool, a queue and a second replica would you try first, and what would you measure to know whether it helped?';

/** What one client asks: a short conversation, as text of JSON. */
export function requestBody(stream: boolean, model = 'bench'): string {
  return JSON.stringify({
    model,
    messages: [
      { role: 'system', content: SYSTEM },
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hello! What are you working on?' },
      { role: 'user', content: QUESTION },
    ],
    temperature: 0.7,
    stream,
  });
}
