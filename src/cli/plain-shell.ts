import { type Shell } from './shell.ts';

const plain = (text: string | number | null | undefined): string => String(text);

/** Text without colour: every style gives it back as it is. */
const COLOURS = new Proxy({} as Shell['colours'], {
  get: (_target, name) => (name === 'isColorSupported' ? false : plain),
});

/** The terminal of a process that has nothing but its runtime. */
export function plainShell(language: Shell['language']): Shell {
  let shown = false;
  return {
    language,
    colours: COLOURS,
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
    readSecret: async () => Promise.reject(new Error('nothing is asked for')),
  };
}
