#!/usr/bin/env node

/** Codes of the system for too many open files, in the process or on the machine. */
const TOO_MANY_FILES: readonly unknown[] = ['EMFILE', 'ENFILE'];

try {
  // Imported here because loading the modules opens many files at once.
  const { guardTerminals, setExitStatus } = await import('./terminal/streams.ts');
  const { runCommandLine } = await import('./command-line.ts');
  guardTerminals();
  setExitStatus(await runCommandLine(process.argv.slice(2)));
} catch (error) {
  if (!TOO_MANY_FILES.includes(Object(error).code)) throw error;
  process.stderr.write(
    'unrolled: the limit of open files is too low to start. Raise it, such as with ulimit -n 1024.\n',
  );
  process.exitCode = 1;
}
