import { mkdirSync } from 'node:fs';
import { Writable } from 'node:stream';
import { createColors } from 'picocolors';
import winston from 'winston';
import { type Clock } from './clock.ts';
import { LogFile } from './log-file.ts';
import { redact, redactText } from './redact.ts';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** Facts of one event. Everything in them is redacted, but do not rely on it: hand in ids and codes, not data. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Operational log. `event` is a short dotted name and a fixed sentence, `name: sentence`; whatever varies goes
 * into the fields.
 */
export interface Logger {
  error(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  debug(event: string, fields?: LogFields): void;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: 'json' | 'pretty';
  readonly clock: Clock;
  /** Where `gateway.log` is kept, as JSON lines; none without it. */
  readonly folder?: string | undefined;
  /** Standard output for `info` and `debug`, standard error for `warn` and `error`. */
  readonly stdout?: Writable;
  readonly stderr?: Writable;
}

export interface ClosableLogger extends Logger {
  /** Resolves once every line has been handed to its stream or file. */
  close(): Promise<void>;
}

/** Members that the fields of an event cannot overwrite. */
interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly event: string;
  readonly message: string;
}

const FILE_BYTES = 50 * 1024 * 1024;
const FILES = 10;
const TEXT = Symbol.for('message');

export function createLogger(options: LoggerOptions): ClosableLogger {
  const stdout = options.stdout ?? process.stdout;
  const stderr = options.stderr ?? process.stderr;
  const transports: winston.transport[] = [
    streamTransport(stdout, ['info', 'debug'], options.format),
    streamTransport(stderr, ['warn', 'error'], options.format),
  ];
  const reportFailure = (cause: unknown): void => {
    const time = new Date(options.clock.now()).toISOString();
    const message = 'lines of the log could not be written and are lost';
    const fields = redact({ cause });
    stderr.write(`${jsonLine({ time, level: 'error', event: 'log.failed', message, fields })}\n`);
  };
  const file = options.folder === undefined ? undefined : logFile(options.folder, reportFailure);
  if (file !== undefined) transports.push(fileTransport(file));
  const logger = winston.createLogger({
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    level: options.level,
    format: redacted(options.clock)(),
    transports,
  });
  logger.on('error', reportFailure);
  const write = (level: LogLevel, event: string, fields: LogFields | undefined): void => {
    logger.log({ level, message: event, fields });
  };
  return {
    error: (event, fields) => { write('error', event, fields); },
    warn: (event, fields) => { write('warn', event, fields); },
    info: (event, fields) => { write('info', event, fields); },
    debug: (event, fields) => { write('debug', event, fields); },
    close: async () => {
      await closed(logger);
      await file?.written();
    },
  }; // prettier-ignore
}

/** Turns an event into a redacted line; stands before every transport, so that none can be forgotten. */
function redacted(clock: Clock): () => winston.Logform.Format {
  return winston.format((info) => {
    const event = redactText(String(info.message));
    const colon = event.indexOf(': ');
    info['event'] = colon < 0 ? event : event.slice(0, colon);
    info.message = colon < 0 ? event : event.slice(colon + 2);
    info['time'] = new Date(clock.now()).toISOString();
    info['fields'] = redact(info['fields'] ?? {});
    return info;
  });
}

function jsonLine(info: object): string {
  const { time, level, event, message, fields } = info as LogLine & { fields: object };
  const reserved = { time, level, event, message };
  return JSON.stringify({ ...reserved, ...fields, ...reserved });
}

function prettyLine(info: object, colour: boolean): string {
  const { time, level, event, message, fields } = info as LogLine & { fields: object };
  const { dim, red, yellow, green, cyan, bold } = createColors(colour);
  const paint = { error: red, warn: yellow, info: green, debug: cyan }[level] ?? dim;
  const facts = Object.entries(fields).map(([name, value]) => `${dim(`${name}=`)}${factText(value)}`);
  return [dim(time), paint(level.padEnd(5)), bold(event), message, ...facts].join(' ');
}

function factText(value: unknown): string {
  return typeof value === 'string' && !value.includes(' ') ? value : JSON.stringify(value);
}

function streamTransport(
  stream: Writable,
  levels: readonly string[],
  format: LoggerOptions['format'],
): winston.transport {
  const colour = (stream as { isTTY?: boolean }).isTTY === true;
  return new winston.transports.Stream({
    stream: stream as NodeJS.WritableStream,
    format: winston.format((info) => {
      if (!levels.includes(info.level)) return false;
      info[TEXT] = format === 'json' ? jsonLine(info) : prettyLine(info, colour);
      return info;
    })(),
  });
}

function logFile(folder: string, failed: (cause: unknown) => void): LogFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return new LogFile({ folder, name: 'gateway', bytes: FILE_BYTES, files: FILES, failed });
}

/** Not winston's own file transport: after one failed write that one never calls back, and every log stands still. */
function fileTransport(file: LogFile): winston.transport {
  const stream = new Writable({
    decodeStrings: false,
    write: (lines: string, _encoding, done) => {
      file.write(lines);
      done();
    },
  });
  return streamTransport(stream, ['error', 'warn', 'info', 'debug'], 'json');
}

async function closed(logger: winston.Logger): Promise<void> {
  await new Promise((resolve) => {
    logger.once('finish', resolve);
    logger.end();
  });
}
