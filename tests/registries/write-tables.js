'use strict';

// Writes what the run found: who finds whom into README.md, and that with times and checks into docs/registries.md, each between its marks.
// usage: node write-tables.js RESULTS.json README.md REGISTRIES.md

const fs = require('fs');
const { names, worlds } = require('./worlds');

const [ , , resultsFile, readmeFile, detailFile ] = process.argv;
const { matrix, further, registration, kill, checks } = JSON.parse(fs.readFileSync(resultsFile, 'utf8'));

const share = results => {
  const good = results.filter(result => result.ok).length;
  return results.length ? `${good < results.length ? '✗ ' : ''}${good} of ${results.length}` : '–';
};

function discovery() {
  const lines = [ `| caller ↓ callee → | ${names.map(name => worlds[name].title).join(' | ')} |`, `|---|${names.map(() => '---|').join('')}` ];
  for (const caller of names) {
    lines.push(`| ${worlds[caller].title} | ${names.map(callee => share(matrix.filter(one => one.caller === caller && one.callee === callee))).join(' | ')} |`);
  }
  for (const library of new Set(further.map(one => one.library))) {
    lines.push(`| ${library} | ${names.map(callee => share(further.filter(one => one.library === library && one.callee === callee))).join(' | ')} |`);
  }
  return lines;
}

/** The smallest time within which that share of the rounds was done. */
const percentile = (times, part) => [ ...times ].sort((a, b) => a - b)[Math.max(0, Math.ceil(times.length * part) - 1)];

function times(rounds) {
  const lines = [ '| callee | rounds | p50 | p99 |', '|---|---|---|---|' ];
  const row = (title, some) => {
    const all = some.map(round => round.ms);
    return `| ${title} | ${all.length} | ${percentile(all, 0.5)} ms | ${percentile(all, 0.99)} ms |`;
  };
  for (const callee of names) {
    const own = rounds.filter(round => round.callee === callee);
    if (own.length) lines.push(row(worlds[callee].title, own));
  }
  if (rounds.length) lines.push(row('all', rounds));
  return lines;
}

function fill(file, text) {
  const before = fs.readFileSync(file, 'utf8');
  const marked = /(<!-- discovery:begin -->\n)[\s\S]*?(<!-- discovery:end -->)/;
  if (!marked.test(before)) throw new Error(`${file} has no marks for the tables`);
  fs.writeFileSync(file, before.replace(marked, (_, begin, end) => `${begin}${text}\n${end}`));
}

fill(readmeFile, discovery().join('\n'));
const failedCalls = kill.reduce((sum, round) => sum + round.failures, 0);
const allCalls = kill.reduce((sum, round) => sum + round.calls, 0);
const story = checks.filter(one => !/round \d|finds/.test(one.name));
fill(detailFile, [
  ...discovery(), '',
  'Cases of the order contract that passed of those run.', '',
  '### From a registration to the first call', '',
  'From the moment at which a provider is told to register to the first call from another world that is answered; the facade was withdrawn before. It holds the',
  'provider\'s own registration, the gateway\'s view, the facade\'s registration and the caller\'s view. Callers over Eureka fetch every 200 ms in this run. The p99',
  'of so few rounds is the longest.', '',
  ...times(registration), '',
  '### From a kill to the last failed call', '',
  `A second provider is killed by SIGKILL under calls from another world; it stays registered until its session or lease ends. ${failedCalls} of ${allCalls} calls failed;`,
  '0 ms is no failed call. What is called is idempotent by its contract here; of other methods, what was in flight to the killed provider fails.', '',
  ...times(kill), '',
  '### What dies meanwhile', '',
  '| check | |', '|---|---|',
  ...story.map(one => `| ${one.name} | ${one.ok ? '✓' : '✗'} |`),
].join('\n'));
