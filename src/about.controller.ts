import { Controller, Get } from '@nestjs/common';
import { ServerConfig } from './config/config.ts';
import { manifest } from './manifest.ts';
import { Documented } from './openapi/operation.ts';
import { object, TEXT } from './openapi/schema.ts';

const ABOUT = object('About', {
  name: TEXT,
  version: TEXT,
  description: TEXT,
  license: TEXT,
  source: TEXT,
});

/** What this is and where its source is, as section 13 of its license asks of network services. */
@Controller()
export class AboutController {
  constructor(private readonly config: ServerConfig) {}

  @Get()
  @Documented({
    summary: 'Says what this is and where its source is',
    reply: { 'application/json': ABOUT },
  })
  about(): Record<string, string> {
    const { name, version, description, license, homepage } = manifest;
    return { name, version, description, license, source: this.config.sourceUrl ?? homepage };
  }
}
