import { mkdirSync } from 'node:fs';
import { Writable } from 'node:stream';
import winston from 'winston';
import { type Clock } from './clock.ts';
import { LogFile } from './log-file.ts';
import { jsonLine, type LogLevel, type LogLine, prettyLine } from './log-line.ts';
import { redact, redactText } from './redact.ts';
import { openSyslog, type Syslog, type SyslogTarget } from './syslog/open-syslog.ts';

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
  /** Size at which a new file begins, and how many are kept. */
  readonly fileBytes?: number;
  readonly files?: number;
  /** A server that gets every line as well (RFC 5424); null or absent, none. */
  readonly syslog?: SyslogTarget | null;
  /** Standard output for `info` and `debug`, standard error for `warn` and `error`. */
  readonly stdout?: Writable;
  readonly stderr?: Writable;
}

export interface ClosableLogger extends Logger {
  /** Lines that were given up since the start, by where they should have gone: `file`, `syslog`. */
  lost(): Readonly<Record<string, number>>;
  /** Resolves once every line has been handed to its stream, file or server, or given up. */
  close(): Promise<void>;
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
  const file = options.folder === undefined ? undefined : logFile(options, options.folder, reportFailure);
  if (file !== undefined) transports.push(fileTransport(file));
  let ended = false;
  const syslog = syslogOf(options.syslog, (level, event, fields) => {
    if (!ended) write(level, event, fields);
  });
  if (syslog !== undefined) transports.push(syslogTransport(syslog));
  const logger = winston.createLogger({
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    level: options.level,
    format: redacted(options.clock)(),
    transports,
  });
  logger.on('error', reportFailure);
  const write = (level: LogLevel, event: string, fields?: LogFields): void => {
    logger.log({ level, message: event, fields });
  };
  return {
    error: (event, fields) => { write('error', event, fields); },
    warn: (event, fields) => { write('warn', event, fields); },
    info: (event, fields) => { write('info', event, fields); },
    debug: (event, fields) => { write('debug', event, fields); },
    lost: () => ({
      ...(file === undefined ? {} : { file: file.lost }),
      ...(syslog === undefined ? {} : { syslog: syslog.lost() }),
    }),
    close: async () => {
      ended = true;
      await closed(logger);
      await file?.written();
      await syslog?.close();
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

function logFile(
  { fileBytes, files }: LoggerOptions,
  folder: string,
  failed: (cause: unknown) => void,
): LogFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return new LogFile({
    folder,
    name: 'gateway',
    bytes: fileBytes ?? FILE_BYTES,
    files: files ?? FILES,
    failed,
  });
}

function syslogOf(
  target: SyslogTarget | null | undefined,
  tell: (level: LogLevel, event: string, fields?: LogFields) => void,
): Syslog | undefined {
  if (target === null || target === undefined) return undefined;
  return openSyslog(target, {
    unreachable: (cause) => {
      tell('warn', 'syslog.unreachable: the syslog server takes no lines; some wait, the others are lost', { cause });
    },
    reached: () => {
      tell('info', 'syslog.reached: the syslog server takes lines again');
    },
  });
} // prettier-ignore

function syslogTransport(syslog: Syslog): winston.transport {
  const stream = new Writable({
    objectMode: true,
    write: (line: LogLine & { readonly level: LogLevel }, _encoding, done) => {
      const { time, level, event } = line;
      syslog.write({ time, level, event, json: jsonLine(line) });
      done();
    },
  });
  return new winston.transports.Stream({ stream });
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
