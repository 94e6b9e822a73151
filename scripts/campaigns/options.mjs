import { parseArgs } from 'node:util';

/**
 * Whole numbers of a campaign's command line, `--name N` or as they are usual; `seed` is random unless it is given.
 * Prints the help or the mistake and ends the process where there is nothing to run.
 */
export function readOptions(usage, usual) {
  const names = [...Object.keys(usual), 'seed'];
  const options = { help: { type: 'boolean' } };
  for (const name of names) options[name] = { type: 'string' };
  const values = parse(options, usage);
  if (values.help) stop(usage, 0);
  const numbers = { ...usual, seed: Math.floor(Math.random() * 2 ** 31) };
  for (const name of names) {
    if (values[name] === undefined) continue;
    if (!/^\d{1,10}$/.test(values[name])) stop(`--${name} takes a whole number.\n${usage}`, 2);
    numbers[name] = Number(values[name]);
  }
  return numbers;
}

function parse(options, usage) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return stop(`${error.message}\n${usage}`, 2);
  }
}

function stop(text, code) {
  process[code === 0 ? 'stdout' : 'stderr'].write(`${text}\n`);
  process.exit(code);
}
