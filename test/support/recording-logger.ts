import { type LogLevel } from '../../src/shared/log-line.ts';
import { type LogFields, type Logger } from '../../src/shared/logger.ts';

/** Keeps what is logged, before redaction. */
export class RecordingLogger implements Logger {
  readonly lines: { readonly level: LogLevel; readonly event: string; readonly fields: LogFields }[] = [];

  error(event: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'error', event, fields });
  }

  warn(event: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'warn', event, fields });
  }

  info(event: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'info', event, fields });
  }

  debug(event: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'debug', event, fields });
  }

  /** Lines whose event has the name. */
  named(name: string): LogFields[] {
    return this.lines.filter((line) => line.event.startsWith(`${name}:`)).map((line) => line.fields);
  }
}

/** A recorder that the gateway may close. */
export class ClosableRecorder extends RecordingLogger {
  lost(): Record<string, number> {
    return {};
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }
}
