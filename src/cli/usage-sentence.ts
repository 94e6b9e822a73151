import { type CommanderError } from 'commander';
import { type Shell } from './shell.ts';

const TURKISH: Readonly<Record<string, string>> = {
  'commander.unknownCommand': 'Bilinmeyen komut',
  'commander.unknownOption': 'Bilinmeyen seçenek',
  'commander.missingArgument': 'Zorunlu argüman eksik',
  'commander.missingMandatoryOptionValue': 'Zorunlu seçenek eksik',
  'commander.optionMissingArgument': 'Seçeneğin değeri eksik',
  'commander.excessArguments': 'Fazla argüman',
  'commander.invalidArgument': 'Geçersiz değer',
  'commander.conflictingOption': 'Birlikte kullanılamayan seçenekler',
};

/** What is wrong with the call, and where to read on. */
export function usageSentence(shell: Shell, error: CommanderError): string {
  const said = error.message.replace(/^error: /, '');
  if (shell.language === 'en') return `${said}. See npx gecit --help.`;
  const kind = TURKISH[error.code] ?? 'Komut anlaşılamadı';
  const named = /'([^']*)'/.exec(said)?.[1];
  const what = named === undefined ? '' : `: ${named}`;
  return `${kind}${what}. Yardım için npx gecit --help yazın.`;
}
