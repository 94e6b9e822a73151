import { parseArgs } from 'node:util';
import { Stop } from '../ready/stop.mjs';

const HELP = `npm run bench -- [options]

Measures, alternating, on this machine: the floor (Express with helmet and express-rate-limit), the limit (bare Node
with group-committed durable inserts) and the gateway with everything on; all over mutual TLS, all asked the same.
The last line is machine-readable. Fails when answers and disclosure records differ or an answer is not 200.

  --rounds N        rounds, at least 3 (3)
  --answers N       answers a round measures, of each server (6000)
  --warmup N        answers before each of them, not measured (2000)
  --connections N   connections kept open, each with one request under way (64)
  --against PATH    another version, built, in a folder of its own; takes turns with this one as "before"
  --folder PATH     where the databases stand; a disk, since durable writes are measured (data)
  --help            prints this
`;

const WHOLE_NUMBERS = {
  rounds: { least: 3, most: 100, usual: 3 },
  answers: { least: 100, most: 1_000_000, usual: 6_000 },
  warmup: { least: 0, most: 1_000_000, usual: 2_000 },
  connections: { least: 1, most: 1_000, usual: 64 },
};

/** What the command line asks for; `{ help: text }` when it asks for help. */
export function readOptions(args) {
  const names = Object.keys(WHOLE_NUMBERS);
  const options = {
    help: { type: 'boolean' },
    against: { type: 'string' },
    folder: { type: 'string', default: 'data' },
  };
  for (const name of names) options[name] = { type: 'string' };
  const { values } = parse(args, options);
  if (values.help) return { help: HELP };
  const numbers = names.map((name) => [name, wholeNumber(name, values[name])]);
  return { ...Object.fromEntries(numbers), folder: values.folder, against: values.against };
}

function parse(args, options) {
  try {
    return parseArgs({ args, options });
  } catch (error) {
    throw new Stop(`${error.message}. Use --help.`);
  }
}

function wholeNumber(name, text) {
  const { least, most, usual } = WHOLE_NUMBERS[name];
  if (text === undefined) return usual;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Stop(`--${name} takes a whole number from ${least} to ${most}.`);
}
