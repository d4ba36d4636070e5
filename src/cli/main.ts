#!/usr/bin/env node
import { runCommandLine } from './command-line.ts';
import { guardTerminals, setExitStatus } from './terminal/streams.ts';

guardTerminals();
setExitStatus(await runCommandLine(process.argv.slice(2)));
