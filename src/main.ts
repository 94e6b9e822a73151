import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { backupCommands } from './cli/backup.ts';
import { demoCommand } from './cli/demo.ts';
import { outliveReaders } from './cli/outlive-readers.ts';
import { runProgram } from './cli/program.ts';
import { demoEnvironment } from './settings/demo-environment.ts';
import { terminalShell } from './cli/terminal-shell.ts';
import { processEnvironment, readTerminalSettings } from './settings/terminal-settings.ts';
import { productPorts } from './product-ports.ts';

/** The folder of package.json: relative paths in settings stand on it, wherever the command is given. */
const root = dirname(dirname(fileURLToPath(import.meta.url)));

const printingFailed = outliveReaders(process.stdout, process.stderr);
const environment = processEnvironment();
const terminal = readTerminalSettings(environment);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const code = await runProgram(
  process.argv.slice(2),
  {
    shell: terminalShell(terminal.language, terminal.colour),
    ports: productPorts(environment, root),
    version,
  },
  [
    backupCommands(async () => {
      const { productBackups } = await import('./product-backups.ts');
      return productBackups(environment, root, version);
    }),
    demoCommand((folder) => productPorts(demoEnvironment(environment, folder), root)),
  ],
);
// Ends although a connection that was cut off may still hold the event loop; not before everything is written, and a
// failure of the last line is told right after its callback.
process.stdout.write('', () => {
  setImmediate(() => process.exit(code === 0 && printingFailed() ? 1 : code));
});
