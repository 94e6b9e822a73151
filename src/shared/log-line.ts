import { createColors } from 'picocolors';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** A redacted event. Its own members cannot be overwritten by its fields. */
export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly event: string;
  readonly message: string;
  readonly fields: object;
}

/** One line of JSON. */
export function jsonLine(info: object): string {
  const { time, level, event, message, fields } = info as LogLine;
  const reserved = { time, level, event, message };
  return JSON.stringify({ ...reserved, ...fields, ...reserved });
}

/** One line for people. */
export function prettyLine(info: object, colour: boolean): string {
  const { time, level, event, message, fields } = info as LogLine;
  const { dim, red, yellow, green, cyan, bold } = createColors(colour);
  const paint = { error: red, warn: yellow, info: green, debug: cyan }[level] ?? dim;
  const facts = Object.entries(fields).map(([name, value]) => `${dim(`${name}=`)}${factText(value)}`);
  return [dim(time), paint(level.padEnd(5)), bold(event), message, ...facts].join(' ');
}

function factText(value: unknown): string {
  return typeof value === 'string' && !value.includes(' ') ? value : JSON.stringify(value);
}
