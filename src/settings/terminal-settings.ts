import { type Environment } from './environment.ts';

/** How to speak to the person at the terminal; known before, and without, any settings file. */
export interface TerminalSettings {
  readonly language: 'tr' | 'en';
  readonly colour: boolean;
}

/** Language by LC_ALL, LC_MESSAGES, LANG in the order of POSIX; no colour under NO_COLOR or on a dumb terminal. */
export function readTerminalSettings(environment: Environment): TerminalSettings {
  const locale = [environment['LC_ALL'], environment['LC_MESSAGES'], environment['LANG']].find(
    (value) => value !== undefined && value !== '',
  );
  const noColour = environment['NO_COLOR'] !== undefined && environment['NO_COLOR'] !== '';
  return {
    language: /^tr([_.@-]|$)/i.test(locale ?? '') ? 'tr' : 'en',
    colour: !noColour && environment['TERM'] !== 'dumb',
  };
}

/** The variables of this process; the only place that reads them. */
export function processEnvironment(): Environment {
  return { ...process.env };
}
