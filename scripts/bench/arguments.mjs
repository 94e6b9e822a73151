import { parseArgs } from 'node:util';
import { Stop } from '../ready/stop.mjs';

/**
 * What a command line asks for; `{ help: text }` when it asks for help.
 * @param numbers whole numbers by name: `{ least, most, usual }`
 * @param texts usual texts by name; undefined where there is none
 * @param lists usual lists of whole numbers by name, each from 1 to 100,000,000
 */
export function readArguments(args, { help, numbers = {}, texts = {}, lists = {} }) {
  const names = [...Object.keys(numbers), ...Object.keys(texts), ...Object.keys(lists)];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  const { values } = parse(args, { ...options, help: { type: 'boolean' } });
  if (values.help) return { help };
  const given = (all, read) =>
    Object.entries(all).map(([name, usual]) => [name, read(name, values[name], usual)]);
  return Object.fromEntries([
    ...given(numbers, wholeNumber),
    ...given(texts, (_, text, usual) => text ?? usual),
    ...given(lists, listOfNumbers),
  ]);
}

function parse(args, options) {
  try {
    return parseArgs({ args, options });
  } catch (error) {
    throw new Stop(`${error.message}. Use --help.`);
  }
}

function wholeNumber(name, text, { least, most, usual }) {
  if (text === undefined) return usual;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Stop(`--${name} takes a whole number from ${least} to ${most}.`);
}

function listOfNumbers(name, text, usual) {
  if (text === undefined) return usual;
  if (/^[1-9]\d{0,8}(,[1-9]\d{0,8})*$/.test(text)) return text.split(',').map(Number);
  throw new Stop(`--${name} takes whole numbers with commas between them.`);
}
