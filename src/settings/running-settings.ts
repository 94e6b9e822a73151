import { type Settings, type SyslogSettings, type TraceSettings } from './settings.ts';
import { type SettingsFile } from './settings-schema.ts';

const MEGABYTE = 1024 * 1024;
const DAY = 24 * 60 * 60 * 1000;

/** What the settings file says about log lines, monitoring, clocks and traces. */
export function runningSettings(
  file: SettingsFile,
): Pick<Settings, 'log' | 'monitoring' | 'clock' | 'traces'> {
  const { monitoring, clock, telemetry } = file;
  return {
    log: logSettings(file),
    monitoring: {
      leastBytes: monitoring.leastMegabytes * MEGABYTE,
      warnBytes: monitoring.warnMegabytes * MEGABYTE,
      leastInodes: monitoring.leastInodes,
      warnInodes: monitoring.warnInodes,
      certificateWarnMilliseconds: monitoring.certificateWarnDays * DAY,
      stepCosts: monitoring.stepCosts === 'histogram',
    },
    clock: { driftMilliseconds: clock.driftMilliseconds, askMilliseconds: clock.askSeconds * 1000 },
    traces: traceSettings(telemetry),
  };
}

function logSettings({ realm, log }: SettingsFile): Settings['log'] {
  const { level, format, fileMegabytes, files, syslog } = log;
  const automatic = realm === 'production' ? 'json' : 'pretty';
  return {
    level,
    format: format === 'auto' ? automatic : format,
    fileBytes: fileMegabytes * MEGABYTE,
    files,
    syslog: syslogSettings(syslog),
  };
}

function syslogSettings(syslog: SettingsFile['log']['syslog']): SyslogSettings | null {
  if (syslog.kind === 'none') return null;
  const { kind, host, port, facility } = syslog;
  return { protocol: kind, host, port, facility };
}

function traceSettings({ traces, endpoint, sampleRatio }: SettingsFile['telemetry']): TraceSettings | null {
  return traces === 'none' || endpoint === undefined ? null : { endpoint, sampleRatio };
}
