import { loadAgreements } from '../../agreement/load-agreements.ts';
import { agreementState } from '../agreement-state.ts';
import { type CommandContext } from '../command.ts';
import { type Finding } from './finding.ts';

/** Each agreement file is valid, and whether data may flow under it now. */
export async function checkAgreements({ ports }: CommandContext): Promise<readonly Finding[]> {
  const agreements = loadAgreements(ports.place().folders.protocols);
  if (!(await ports.isInitialised())) return [];
  const administration = await ports.openAdministration();
  try {
    const standing = await administration.standing();
    return agreements.map((agreement): Finding => {
      const state = agreementState(agreement, standing.activation(agreement.id), ports.clock.now());
      const what = `${agreement.id} v${String(agreement.version)}`;
      return { what, status: state.inForce ? 'ok' : 'warn', message: state.words, remedy: REMEDY };
    });
  } finally {
    await administration.close();
  }
}

const REMEDY = {
  tr: 'Bu protokolle veri verilmez; durumunu gecit agreement show ile inceleyin.',
  en: 'No data flows under it; look into it with gecit agreement show.',
};
