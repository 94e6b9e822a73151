import { constants, setPriority } from 'node:os';
import { type CommandPorts } from './cli/command-ports.ts';
import { type Environment } from './settings/environment.ts';
import { readSettings } from './settings/read-settings.ts';
import { type Settings } from './settings/settings.ts';
import { systemClock } from './shared/clock.ts';

/**
 * The product as its command line sees it. Settings are read once, when the first command needs them, and every part is
 * loaded by the command that needs it: a command that reads one table does not wait for the whole gateway.
 */
export function productPorts(environment: Environment, root: string): CommandPorts {
  let read: Settings | undefined;
  const settings = (): Settings => (read ??= readSettings(environment, root));
  const clock = systemClock;
  return {
    clock,
    place: settings,
    openAdministration: async () => {
      const { openAdministration } = await import('./open-administration.ts');
      return openAdministration(settings());
    },
    openEvidence: async (onCopied) => {
      const { openStoredEvidence } = await import('./open-stored-evidence.ts');
      return openStoredEvidence(settings(), onCopied);
    },
    stepAside: () => {
      setPriority(constants.priority.PRIORITY_LOW);
    },
    openLogs: async () => {
      const { openReadableLogs } = await import('./open-stored-evidence.ts');
      return openReadableLogs(settings());
    },
    openSealing: async () => {
      const { openSealing } = await import('./wire-sealing.ts');
      const { openGatewayStore } = await import('./open-gateway-store.ts');
      return openSealing(settings(), await openGatewayStore(settings()), clock);
    },
    isInitialised: async () => {
      const { isInitialised } = await import('./first-run.ts');
      return isInitialised(settings(), root);
    },
    initialise: async (first) => {
      const { initialise } = await import('./first-run.ts');
      return initialise({ settings: settings(), root, clock }, first);
    },
    startGateway: async () => {
      const { startGateway } = await import('./wiring.ts');
      return startGateway(settings(), root);
    },
    openWitnessDesk: async () => {
      const { openWitnessDesk } = await import('./wire-witness-desk.ts');
      const { openGatewayStore } = await import('./open-gateway-store.ts');
      return openWitnessDesk(settings(), await openGatewayStore(settings()), clock);
    },
    checkSources: async () => {
      const { checkSources } = await import('./wire-source-checks.ts');
      return checkSources(settings());
    },
  };
}
