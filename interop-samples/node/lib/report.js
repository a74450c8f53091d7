'use strict';

// Readable tables of matrix results.

const pairName = ({ caller, callee, binding }) => `${caller}→${callee}${binding === 'canonical' ? '*' : ''}`;

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => String(row[column]).length)));
  return rows.map(row => row.map((cell, column) => String(cell).padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}

exports.progress = (results, pair) => {
  const own = results.filter(result => pairName(result) === pairName(pair));
  const good = own.filter(result => result.ok).length;
  console.error(`${pairName(pair)}: ${good} of ${own.filter(result => !result.gap).length} cases`);
};

function smoke(results) {
  const rows = [ [ 'caller', 'callee', 'lane', 'ms', 'typed result' ] ];
  for (const result of results) {
    const order = result.answer && result.answer.value;
    const typed = result.ok
      ? `Order ${order.id} #${order.number} ${order.status} ${order.total} ${order.created} ${order.items.length} items`
      : `FAILED ${result.why}`;
    const caller = result.binding === 'canonical' ? `${result.caller} (canonical)` : result.caller;
    rows.push([ caller, result.callee, result.lane || '-', result.ms || '-', typed ]);
  }
  console.log(table(rows));
}

exports.print = (results, isSmoke) => {
  if (isSmoke) return smoke(results);
  const pairs = [ ...new Set(results.map(pairName)) ];
  const names = [ ...new Set(results.map(result => result.case)) ];
  const rows = [ [ 'case', ...pairs ] ];
  for (const name of names) {
    rows.push([ name, ...pairs.map(pair => {
      const result = results.find(one => one.case === name && pairName(one) === pair);
      return !result ? '' : result.gap ? 'gap' : result.ok ? `${result.ms} ms` : 'FAILED';
    }) ]);
  }
  console.log(table(rows));
  if (pairs.some(pair => pair.endsWith('*'))) {
    console.log('* by POST /{service}/{method} with an object of named arguments; else by the native paths');
  }
  for (const result of results.filter(one => !one.ok && !one.gap)) {
    console.log(`FAILED ${pairName(result)} ${result.case}: ${result.why}`);
  }
  for (const result of results.filter(one => one.gap)) console.log(`gap    ${pairName(result)} ${result.case}: ${result.gap}`);
  const run = results.filter(result => !result.gap);
  const passed = run.filter(result => result.ok).length;
  console.log(`${passed} passed, ${run.length - passed} failed, ${results.length - run.length} left out`);
};
