import { isatty } from 'node:tty';
import colours from 'picocolors';
import { type Shell } from './shell.ts';
import { readSecretLine } from './read-secret-line.ts';

/** File descriptor. A pipe's `isTTY` is undefined, from which picocolors would conclude by the environment. */
const STDOUT = 1;

/** The terminal of this process. Colour only where the stream is one. */
export function terminalShell(language: 'tr' | 'en', colour: boolean): Shell {
  let shown = false;
  return {
    language,
    colours: colours.createColors(colour && isatty(STDOUT)),
    out: (line) => {
      process.stdout.write(`${line}\n`);
    },
    err: (line) => {
      process.stderr.write(`${line}\n`);
    },
    progress: (text) => {
      if (!process.stderr.isTTY || (text === '' && !shown)) return;
      process.stderr.write(`\r\u001b[K${text}`);
      shown = text !== '';
    },
    readSecret: async (question) => readSecretLine(question[language]),
  };
}
