import { type Command } from 'commander';
import { type Administration } from '../gateway/administration.ts';
import { type Authority, type Official } from '../identity/official.ts';
import { hindranceOf } from './authority-state.ts';
import { table } from './columns.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { dateTime } from './date-time.ts';
import { withAdministration } from './perform.ts';
import { outJson, outLines, tell } from './shell.ts';

interface Line {
  readonly agreement: string;
  readonly official: string;
  readonly clientId: string;
  readonly name: string;
  readonly agency: string;
  readonly unit: string;
  readonly allowedAddresses: readonly string[];
  readonly operations: readonly string[];
  readonly purposes: readonly string[];
  readonly dailyQuota: number;
  readonly from: string;
  readonly until: string;
  readonly state: { readonly tr: string; readonly en: string };
}

export function registerPersonnelList(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'list [agreement]',
    summary: { tr: 'yetkili personeli ve durumlarını listeler', en: 'lists officials and their state' },
    examples: ['personnel list', 'personnel list tr-iskur-cgm-2024 --json'],
  });
  does(command, context, async ({ json }, [agreementId]) =>
    withAdministration(context, async (administration) => {
      const lines = await linesOf(administration, agreementId, context.ports.clock.now());
      if (json === true) outJson(shell, lines);
      else
        outLines(
          shell,
          table(
            shell,
            HEADINGS,
            lines.map((line) => cells(line, tell(shell, line.state))),
          ),
        );
      return 0;
    }),
  );
}

async function linesOf(
  administration: Administration,
  agreementId: string | undefined,
  now: number,
): Promise<Line[]> {
  const { officials, authorities } = await administration.identityRows();
  const byId = new Map(officials.map((official) => [official.id, official]));
  return authorities
    .filter((authority) => agreementId === undefined || authority.agreementId === agreementId)
    .flatMap((authority) => {
      const official = byId.get(authority.officialId);
      return official === undefined ? [] : [lineOf(administration, authority, official, now)];
    });
}

function lineOf(administration: Administration, authority: Authority, official: Official, now: number): Line {
  const agreement = administration.agreements.find(({ id }) => id === authority.agreementId);
  const zone = agreement?.timeZone ?? 'UTC';
  return {
    agreement: authority.agreementId,
    official: official.id,
    clientId: official.clientId,
    name: official.name,
    agency: official.agencyId,
    unit: official.unit,
    allowedAddresses: official.allowedAddresses,
    operations: authority.operations,
    purposes: authority.purposes,
    dailyQuota: authority.dailyQuota,
    from: dateTime(authority.from, zone),
    until: dateTime(authority.until, zone),
    state: hindranceOf(authority, agreement, now) ?? { tr: 'sorgulayabilir', en: 'may query' },
  };
}

function cells(line: Line, state: string): string[] {
  const addresses = line.allowedAddresses.join(',');
  return [
    line.agreement,
    line.clientId,
    line.name,
    line.agency,
    addresses,
    String(line.dailyQuota),
    line.until,
    state,
  ];
}

const HEADINGS = [
  { tr: 'protokol', en: 'agreement' },
  { tr: 'istemci', en: 'client' },
  { tr: 'adı soyadı', en: 'name' },
  { tr: 'kurum', en: 'agency' },
  { tr: 'adresler', en: 'addresses' },
  { tr: 'günlük kota', en: 'daily quota' },
  { tr: 'bitiş', en: 'until' },
  { tr: 'durum', en: 'state' },
];
