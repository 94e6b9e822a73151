import { loadAgreements } from './agreement/load-agreements.ts';
import { type SourceCheck } from './cli/command-ports.ts';
import { type Settings } from './settings/settings.ts';
import { checkSource } from './sources/check-source.ts';
import { openUnguarded } from './sources/open-sources.ts';

/** Asks every configured operation for nobody. @throws FaultsError when a source cannot be opened */
export async function checkSources(settings: Settings): Promise<readonly SourceCheck[]> {
  const agreements = loadAgreements(settings.folders.protocols);
  const unproven = new Set<string>();
  const sources = await openUnguarded(settings.sources, agreements, ({ kind, source }) => {
    if (kind === 'identity-unproven') unproven.add(source);
  });
  try {
    const checks = sources.map(async (source) =>
      (await checkSource(source)).map((check) => ({ ...check, unproven: unproven.has(source.id) })),
    );
    return (await Promise.all(checks)).flat();
  } finally {
    await Promise.all(sources.map(async (source) => source.close()));
  }
}
