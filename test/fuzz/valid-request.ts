/** Requests as clients send them, to be mutated: one for each part of the API that is looked at. */
export const VALID_REQUESTS: readonly string[] = [
  { model: 'GPT-4.1', messages: [{ role: 'user', content: 'Hello' }] },
  {
    model: 'openai/gpt-4.1',
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.7,
    top_p: 1,
    seed: 5,
    stop: ['\n\n'],
    max_tokens: 8000,
    user: 'someone',
    messages: [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'What is this? '.repeat(40) }] },
      {
        role: 'assistant',
        content: 'A cat.\n\n---\nTokens: 30 total (20 in / 10 out) | Points: 5 | Balance: 1,000',
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'And this?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
          {
            type: 'file',
            file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA' },
          },
          { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
        ],
      },
    ],
  },
  {
    model: 'GPT-4.1',
    max_completion_tokens: 100,
    parallel_tool_calls: false,
    reasoning_effort: 'high',
    response_format: { type: 'json_object' },
    tools: [
      {
        type: 'function',
        function: { name: 'add', parameters: { type: 'object', properties: { a: {} } } },
      },
    ],
    messages: [
      { role: 'system', content: 'You add.' },
      { role: 'user', content: '1 + 2?', name: 'someone' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'add', arguments: '{"a":1}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: '3' },
      { role: 'user', content: 'Thanks. '.repeat(60) },
    ],
    n: 1,
    thinking_budget: 2000,
    metadata: { a: 'b' },
  },
  {
    model: 'GPT-4.1',
    messages: [
      { role: 'assistant', tool_calls: [{ id: 'a' }, { id: 'b' }] },
      { role: 'tool', tool_call_id: 'a', content: '3'.repeat(300) },
      { role: 'user', content: [{ type: 'text', text: '' }] },
    ],
  },
].map((body) => JSON.stringify(body));
