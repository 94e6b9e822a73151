// node bundle.mjs ROOT: puts the modules that a command loads together into few files, dist/bundled/, since reading hundreds of
// small ones takes longer than most commands. What a command rarely needs stays in files of its own.
import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build } from 'esbuild';

const root = process.argv[2];
const dist = join(root, 'dist');
/** With parts in machine code, or drivers that few gateways need: loaded from where they were installed. */
const LEFT_OUT = new Set([
  'better-sqlite3', 'mariadb', 'mssql', 'mysql', 'mysql2', 'oracledb', 'pg', 'pg-query-stream', 'pkcs11js', 'sqlite3', 'tedious', 'unix-dgram',
]); // prettier-ignore

/** A module still finds by its address what lies beside it in dist/. */
const ownAddress = {
  name: 'own-address',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      if (!path.startsWith(dist + sep)) return undefined;
      const address = JSON.stringify(`../${relative(dist, path).split(sep).join('/')}`);
      const text = readFileSync(path, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '');
      return { contents: text.replaceAll('import.meta.url', `new URL(${address}, import.meta.url).href`) };
    });
  },
};

const packagesLeftOut = {
  name: 'packages-left-out',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      const name = path
        .split('/')
        .slice(0, path.startsWith('@') ? 2 : 1)
        .join('/');
      return kind !== 'entry-point' && LEFT_OUT.has(name) ? { path, external: true } : undefined;
    });
  },
};

await build({
  entryPoints: [join(dist, 'main.js')],
  outdir: join(dist, 'bundled'),
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // One byte for a character, and no blanks: reading takes longer than most of what a command does.
  charset: 'ascii',
  minifySyntax: true,
  minifyWhitespace: true,
  // Packages that are no modules ask for parts of Node by `require`.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  plugins: [ownAddress, packagesLeftOut],
  logLevel: 'warning',
});
