#!/usr/bin/env node
import { runCommandLine } from './command-line.ts';
import { endWith, guardTerminals } from './terminal/streams.ts';

guardTerminals();
endWith(await runCommandLine(process.argv.slice(2)));
