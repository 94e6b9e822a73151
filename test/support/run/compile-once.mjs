import vm from 'node:vm';

/** By file: its text, what was compiled of it, and how the present test file imports. */
const compiled = new Map();

/**
 * Compiles a module of a package once per worker. Jest does so for every test file anew, since each has a world of its
 * own; the compiled script runs in any of them.
 */
export function compileOnce(code, parameters, { filename, parsingContext, importModuleDynamically }) {
  let known = compiled.get(filename);
  if (known?.code !== code) {
    known = { code, script: asScript(code, parameters, filename) };
    compiled.set(filename, known);
  }
  known.importModuleDynamically = importModuleDynamically;
  return known.script.runInContext(parsingContext);
}

function asScript(code, parameters, filename) {
  const head = `(function (${parameters.join(',')}) {`;
  return new vm.Script(`${head}${code}\n})`, {
    filename,
    // Places in stack traces are those of the file.
    columnOffset: -head.length,
    importModuleDynamically: (...asked) => compiled.get(filename).importModuleDynamically(...asked),
  });
}
