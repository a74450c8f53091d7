'use strict';

// Writes what the gRPC run found into docs/grpc.md, between its marks, without times. Prints the total as "N passed, N failed".
// usage: node write-grpc-table.js GRPC.json GRPC.md

const fs = require('fs');

const [ , , resultFile, documentFile ] = process.argv;
const results = JSON.parse(fs.readFileSync(resultFile, 'utf8'));
const columns = [ ...new Set(results.map(({ caller, callee }) => `${caller} → ${callee}`)) ];
const of = column => results.filter(({ caller, callee }) => `${caller} → ${callee}` === column);
const mark = result => (!result ? '' : result.gap ? 'gap' : result.ok ? '✓' : '✗');

function count(some) {
  const run = some.filter(result => !result.gap);
  return { run: run.length, passed: run.filter(result => result.ok).length };
}

const lines = [ `| case | ${columns.join(' | ')} |`, `|---|${columns.map(() => '---|').join('')}` ];
lines.push(`| passed | ${columns.map(column => `${count(of(column)).passed} of ${count(of(column)).run}`).join(' | ')} |`);
for (const name of new Set(results.map(result => result.case))) {
  lines.push(`| ${name} | ${columns.map(column => mark(of(column).find(result => result.case === name))).join(' | ')} |`);
}
for (const gap of new Set(results.map(result => result.gap).filter(Boolean))) lines.push('', `A gap: ${gap}`);

const document = fs.readFileSync(documentFile, 'utf8');
const marked = /(<!-- interop:begin -->\n)[\s\S]*?(<!-- interop:end -->)/;
if (!marked.test(document)) throw new Error(`${documentFile} has no marks for the table`);
fs.writeFileSync(documentFile, document.replace(marked, (_, begin, end) => `${begin}${lines.join('\n')}\n${end}`));
const total = count(results);
console.log(`${total.passed} passed, ${total.run - total.passed} failed`);
