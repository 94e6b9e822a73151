import { type LogLevel } from '../log-line.ts';

/** What stands before every message of one sender. */
export interface SyslogHeader {
  /** Name of the facility, e.g. `local0`. */
  readonly facility: string;
  readonly host: string;
  readonly process: number;
}

/** One event, as JSON in its message. */
export interface SyslogEvent {
  readonly level: LogLevel;
  /** RFC 3339. */
  readonly time: string;
  /** Short dotted name. */
  readonly event: string;
  readonly json: string;
}

/** RFC 5424 §6.2.1, table 1. */
const FACILITIES: Readonly<Record<string, number>> = {
  user: 1, daemon: 3, auth: 4,
  local0: 16, local1: 17, local2: 18, local3: 19, local4: 20, local5: 21, local6: 22, local7: 23,
}; // prettier-ignore

/** RFC 5424 §6.2.1, table 2. */
const SEVERITIES: Readonly<Record<LogLevel, number>> = { error: 3, warn: 4, info: 6, debug: 7 };

/** Receivers must take 2,048 bytes and should take 8,192 (RFC 5425 §4.3.1); what is longer is cut. */
const MOST_BYTES = 8_192;

/** One message of RFC 5424, without framing: the event's name is its MSGID, its JSON text the message. */
export function syslogMessage(
  { facility, host, process }: SyslogHeader,
  { level, time, event, json }: SyslogEvent,
): Buffer {
  const priority = String((FACILITIES[facility] ?? 1) * 8 + SEVERITIES[level]);
  const header = `<${priority}>1 ${time} ${word(host, 255)} gecit ${String(process)} ${word(event, 32)} -`;
  return cut(Buffer.from(`${header} ${json}`, 'utf8'));
}

/** Printable ASCII without spaces; `-` where nothing is left. */
function word(text: string, most: number): string {
  const printable = text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, most);
  return printable === '' ? '-' : printable;
}

/** At most so many bytes, and no half of a character. */
function cut(bytes: Buffer): Buffer {
  if (bytes.length <= MOST_BYTES) return bytes;
  let end = MOST_BYTES;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
