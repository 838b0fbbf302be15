// Runs the comparisons: `node run.js faults|speed [--records N] [--rounds N] [--seed N] [--only a,b] [--json FILE]`.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { contenders } from './contenders.js';
import { compare } from './faults.js';

const ORDER = Object.values(contenders).map((contender) => contender.name);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    records: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '7' },
    seed: { type: 'string', default: '4' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});
const options = {
  records: Number(values.records),
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  ...(values.only && { who: values.only.split(',') }),
};
const [what = 'faults'] = positionals;
const results = what === 'faults' ? await compare(options) : await (await import('./speed.js')).measure(options);
// A run of some goes into the results of the others, if it is the same schedule.
const before = values.json && values.only && JSON.parse(await readFile(values.json, 'utf8').catch(() => 'null'));
if (before?.contenders && before.records === results.records && before.seed === results.seed) {
  const anew = new Set(results.contenders.map((contender) => contender.name));
  const kept = before.contenders.filter((contender) => !anew.has(contender.name));
  results.contenders = [...results.contenders, ...kept].sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
}
if (values.json) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
console.log(JSON.stringify(results, null, 2));
