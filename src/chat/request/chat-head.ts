import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

const range = (least: number, most: number) => ({
  message: `$property must be a number from ${least} to ${most}`,
});
const limit = { message: '$property must be a whole number of tokens, at least 1' };

/**
 * The flat members of a body, checked by decorators. Members of `null` count as absent, as they do
 * at OpenAI. `messages` is checked by hand in check-messages.ts: nested decorators cost 400 µs for
 * 50 messages, and seconds for a body made to hurt.
 */
export class ChatHead {
  // The lowest is checked first, and the first complaint is told.
  @MaxLength(256, { message: 'model must have at most 256 characters' })
  @IsNotEmpty({ message: 'model must be the name of a model' })
  @IsString({ message: 'model must be a string' })
  model: unknown;

  @IsOptional() @IsBoolean({ message: 'stream must be true or false' }) stream: unknown;
  @IsOptional() @IsObject({ message: 'stream_options must be an object' }) stream_options: unknown;
  @IsOptional() @IsInt(limit) @Min(1, limit) max_tokens: unknown;
  @IsOptional() @IsInt(limit) @Min(1, limit) max_completion_tokens: unknown;
  @IsOptional()
  @IsNumber({}, range(0, 2))
  @Min(0, range(0, 2))
  @Max(2, range(0, 2))
  temperature: unknown;
  @IsOptional()
  @IsNumber({}, range(0, 1))
  @Min(0, range(0, 1))
  @Max(1, range(0, 1))
  top_p: unknown;
  @IsOptional() @IsInt({ message: 'seed must be a whole number' }) seed: unknown;
  @IsOptional()
  @ArrayMaxSize(1024, { message: 'tools must have at most 1024 entries' })
  @IsArray({ message: 'tools must be a list' })
  tools: unknown;
  @IsOptional()
  @IsBoolean({ message: 'parallel_tool_calls must be true or false' })
  parallel_tool_calls: unknown;
  @IsOptional()
  @IsObject({ message: 'response_format must be an object such as {"type": "json_object"}' })
  response_format: unknown;
  @IsOptional()
  @IsString({ message: 'reasoning_effort must be a string' })
  reasoning_effort: unknown;
  @IsOptional() @IsString({ message: 'user must be a string' }) user: unknown;
  @IsOptional()
  @IsIn(['string', 'list'], { message: 'stop must be a string or a list of strings' })
  stop: unknown;

  static of(body: Readonly<Record<string, unknown>>): ChatHead {
    const head = new ChatHead();
    const members = head as unknown as Record<string, unknown>;
    for (const name of MEMBERS) members[name] = body[name];
    head.stop = kindOfStop(body.stop);
    return head;
  }
}

const MEMBERS = Object.keys(new ChatHead());

function kindOfStop(stop: unknown): unknown {
  if (stop === undefined || stop === null) return undefined;
  if (typeof stop === 'string') return 'string';
  return Array.isArray(stop) && stop.every((item) => typeof item === 'string') ? 'list' : stop;
}
